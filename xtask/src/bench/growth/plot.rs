//! The plot: time over files, both by powers of ten, with the line on which twice as many files take twice as long.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Ingest;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const MARGIN: f64 = 60.0;

/// Writes the plot as SVG.
pub(super) fn write(path: &Path, ingests: &[Ingest]) -> Result<()> {
    let points: Vec<(f64, f64)> =
        ingests.iter().map(|ingest| (f64::from(ingest.files), ingest.seconds)).collect();
    let svg = svg(&points).context("there is nothing to plot")?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))
}

/// The plot of some points; `None` without any.
fn svg(points: &[(f64, f64)]) -> Option<String> {
    let (left, right) = decades(points.iter().map(|(files, _)| *files))?;
    let (bottom, top) = decades(points.iter().map(|(_, seconds)| *seconds))?;
    let x = |files: f64| MARGIN + (files.log10() - left) / (right - left) * (WIDTH - 2.0 * MARGIN);
    let y = |seconds: f64| {
        HEIGHT - MARGIN - (seconds.log10() - bottom) / (top - bottom) * (HEIGHT - 2.0 * MARGIN)
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<title>Time of an ingest over the number of files</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    for decade in steps(left, right) {
        let at = x(decade);
        let _ = writeln!(
            svg,
            "<path d=\"M{at:.1} {:.1}V{:.1}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{decade}</text>",
            MARGIN,
            HEIGHT - MARGIN,
            HEIGHT - MARGIN + 18.0
        );
    }
    for decade in steps(bottom, top) {
        let at = y(decade);
        let _ = writeln!(
            svg,
            "<path d=\"M{MARGIN:.1} {at:.1}H{:.1}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{decade} s</text>",
            WIDTH - MARGIN,
            MARGIN - 6.0,
            at + 4.0
        );
    }
    let (first, last) = (points.first()?, points.last()?);
    let linear = first.1 * last.0 / first.0;
    let _ = writeln!(
        svg,
        "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>",
        x(first.0),
        y(first.1),
        x(last.0),
        y(linear)
    );
    for (files, seconds) in points {
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"#06c\"/>",
            x(*files),
            y(*seconds)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">files, durable and found by their words; dashed: twice \
         as many take twice as long</text>\n</svg>",
        WIDTH / 2.0,
        HEIGHT - 14.0
    );
    Some(svg)
}

/// The powers of ten around some values.
fn decades(values: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64)> {
    let least = values.clone().min_by(f64::total_cmp)?;
    let most = values.max_by(f64::total_cmp)?;
    let (low, high) = (least.log10().floor(), most.log10().ceil());
    Some((low, if high > low { high } else { low + 1.0 }))
}

fn steps(from: f64, to: f64) -> impl Iterator<Item = f64> {
    let mut at = from;
    std::iter::from_fn(move || {
        let step = (at <= to).then(|| 10_f64.powf(at));
        at += 1.0;
        step
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_line_lie_on_the_dashed_one() {
        let svg = svg(&[(1000.0, 2.0), (100_000.0, 200.0)]).unwrap();
        assert_eq!(svg.matches("<circle").count(), 2);
        // From 1 to 1,000 s on 280 points of height: 2 s stand at 340 - 0.301 / 3 * 280.
        assert!(svg.contains("cx=\"60.0\" cy=\"311.9\"") && svg.contains("M60.0 311.9L"), "{svg}");
        assert!(svg.contains("cx=\"580.0\" cy=\"125.2\"") && svg.contains("L580.0 125.2"), "{svg}");
        assert!(super::svg(&[]).is_none());
    }
}
