//! Changes that wait until nothing changes any more.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Change, RootChange, WatchOptions};

/// What has changed below some roots, and since when.
pub(super) struct Pending {
    roots: Vec<(PathBuf, Option<Change>)>,
    options: WatchOptions,
    /// Of the first and the last change that waits.
    times: Option<(Instant, Instant)>,
}

impl Pending {
    pub(super) fn new(roots: &[PathBuf], options: WatchOptions) -> Self {
        Self { roots: roots.iter().map(|root| (root.clone(), None)).collect(), options, times: None }
    }

    /// Notes that something happened to a path; whether it lies below a root.
    pub(super) fn note(&mut self, path: &Path, now: Instant) -> bool {
        let is_rule = |name: &OsStr| self.options.rule_files.iter().any(|rule| name == OsStr::new(rule));
        let place = match path.parent() {
            Some(folder) if path.file_name().is_some_and(is_rule) => folder,
            _ => path,
        };
        let most = self.options.most_places;
        let mut is_below = false;
        for (root, change) in &mut self.roots {
            let root = root.as_path();
            let place = if place.starts_with(root) {
                place
            } else if path.starts_with(root) {
                root
            } else {
                continue;
            };
            is_below = true;
            add(change, root, place, most);
        }
        if is_below {
            self.touch(now);
        }
        is_below
    }

    /// Notes that anything may have changed; whether there are roots.
    pub(super) fn note_all(&mut self, now: Instant) -> bool {
        for (_, change) in &mut self.roots {
            *change = Some(Change::Everything);
        }
        self.touch(now);
        !self.roots.is_empty()
    }

    /// Notes again what was taken.
    pub(super) fn put_back(&mut self, changes: Vec<RootChange>, now: Instant) {
        let most = self.options.most_places;
        for RootChange { root, change } in changes {
            let Some((_, waiting)) = self.roots.iter_mut().find(|(known, _)| *known == root) else {
                continue;
            };
            match change {
                Change::Everything => *waiting = Some(Change::Everything),
                Change::Places(places) => {
                    for place in places {
                        add(waiting, &root, &place, most);
                    }
                }
            }
        }
        self.touch(now);
    }

    /// How long until what waits is due; `None` where nothing waits.
    pub(super) fn due_in(&self, now: Instant) -> Option<Duration> {
        let (first, last) = self.times?;
        let due = (last + self.options.quiet).min(first + self.options.longest);
        Some(due.saturating_duration_since(now))
    }

    /// Takes what waits, if it is due.
    pub(super) fn take(&mut self, now: Instant) -> Vec<RootChange> {
        if self.due_in(now) != Some(Duration::ZERO) {
            return Vec::new();
        }
        self.times = None;
        let roots = self.roots.iter_mut();
        roots
            .filter_map(|(root, change)| Some(RootChange { root: root.clone(), change: change.take()? }))
            .collect()
    }

    fn touch(&mut self, now: Instant) {
        let first = self.times.map_or(now, |(first, _)| first);
        self.times = Some((first, now));
    }
}

fn add(change: &mut Option<Change>, root: &Path, place: &Path, most: usize) {
    if place == root {
        *change = Some(Change::Everything);
    }
    match change.get_or_insert_with(|| Change::Places(BTreeSet::new())) {
        Change::Everything => {}
        Change::Places(places) if places.len() >= most && !places.contains(place) => {
            *change = Some(Change::Everything);
        }
        Change::Places(places) => {
            places.insert(place.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::Clock as _;
    use ragstone_core::clock::ManualClock;

    use super::*;

    const ROOT: &str = "/srv/docs";

    fn options() -> WatchOptions {
        let rule_files = vec![".gitignore".to_owned()];
        WatchOptions { most_places: 3, rule_files, ..WatchOptions::default() }
    }

    /// What is told of some paths.
    fn told(paths: &[&str]) -> Vec<Change> {
        let clock = ManualClock::new();
        let mut pending = Pending::new(&[PathBuf::from(ROOT)], options());
        for path in paths {
            pending.note(Path::new(path), clock.instant());
        }
        clock.advance(Duration::from_secs(1));
        pending.take(clock.instant()).into_iter().map(|told| told.change).collect()
    }

    fn places(paths: &[&str]) -> Vec<Change> {
        vec![Change::Places(paths.iter().map(PathBuf::from).collect())]
    }

    #[test]
    fn places_below_a_root_are_told_once() {
        let paths = ["/srv/docs/a", "/srv/docs/b/c", "/srv/docs/a", "/srv/docs2/x", "/etc"];
        assert_eq!(told(&paths), places(&["/srv/docs/a", "/srv/docs/b/c"]));
        assert_eq!(told(&["/srv/docs2/x"]), []);
    }

    #[test]
    fn a_rule_is_a_change_of_its_folder() {
        assert_eq!(told(&["/srv/docs/a/.gitignore"]), places(&["/srv/docs/a"]));
        assert_eq!(told(&["/srv/docs/.gitignore"]), [Change::Everything]);
    }

    #[test]
    fn the_root_itself_and_too_many_places_are_everything() {
        assert_eq!(told(&["/srv/docs/a", "/srv/docs"]), [Change::Everything]);
        assert_eq!(told(&["/srv/docs", "/srv/docs/a"]), [Change::Everything]);
        let many = ["/srv/docs/a", "/srv/docs/b", "/srv/docs/c", "/srv/docs/a"];
        assert_eq!(told(&many), places(&many[..3]));
        assert_eq!(told(&["/srv/docs/a", "/srv/docs/b", "/srv/docs/c", "/srv/docs/d"]), [Change::Everything]);
    }

    #[test]
    fn changes_wait_for_quiet_but_not_for_ever() {
        let (clock, path) = (ManualClock::new(), Path::new("/srv/docs/a"));
        let mut pending = Pending::new(&[PathBuf::from(ROOT)], options());
        assert_eq!(pending.due_in(clock.instant()), None);
        let mut waited = Duration::ZERO;
        loop {
            pending.note(path, clock.instant());
            let left = pending.due_in(clock.instant()).expect("something waits");
            if left.is_zero() {
                break;
            }
            assert_eq!(pending.take(clock.instant()), []);
            let step = Duration::from_millis(400).min(left);
            clock.advance(step);
            waited += step;
        }
        assert_eq!(waited, options().longest);
        assert_eq!(pending.take(clock.instant()).len(), 1);
        pending.note(path, clock.instant());
        assert_eq!(pending.due_in(clock.instant()), Some(options().quiet));
    }

    #[test]
    fn what_is_put_back_is_told_again_with_what_came_meanwhile() {
        let clock = ManualClock::new();
        let mut pending = Pending::new(&[PathBuf::from(ROOT)], options());
        pending.note(Path::new("/srv/docs/a"), clock.instant());
        clock.advance(options().longest);
        let taken = pending.take(clock.instant());
        pending.note(Path::new("/srv/docs/b"), clock.instant());
        pending.put_back(taken, clock.instant());
        clock.advance(options().longest);
        let again = pending.take(clock.instant());
        let changes: Vec<Change> = again.into_iter().map(|told| told.change).collect();
        assert_eq!(changes, places(&["/srv/docs/a", "/srv/docs/b"]));
    }
}
