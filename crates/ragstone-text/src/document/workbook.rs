//! Workbooks of Excel: one section for each sheet, and one line for each row.

use std::io::Cursor;

use calamine::{Reader as _, SheetType, SheetVisible, Xls, XlsOptions, Xlsb, Xlsx};

use self::sheet::SheetWriter;
use super::package::Package;
use super::writer::Writer;
use super::xml::{Node, Xml};
use crate::document::Source;
use crate::extract::{ExtractError, Extracted, Properties};
use crate::format::Format;

mod annotation;
mod grid;
mod sheet;
mod value;

/// Reads the values that cells show, and what is written about them; hidden sheets are left out.
pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    match source.format {
        Format::Xls => read_xls(source),
        Format::Xlsb => read_package(source, |source, writer, _| write_xlsb(source, writer)),
        _ => read_package(source, write_xlsx),
    }
}

/// Proves that a package keeps the limits, because its parser knows none, and reads it.
fn read_package(
    source: Source<'_>,
    write: impl FnOnce(Source<'_>, &mut Writer, &mut Package<'_>) -> Result<(), ExtractError>,
) -> Result<Extracted, ExtractError> {
    let mut package = Package::open(source)?;
    package.measure()?;
    check_strings(&mut package)?;
    let (title, properties) = package.properties()?;
    let mut writer = Writer::new(source);
    write(source, &mut writer, &mut package)?;
    Ok(writer.finish(title, properties))
}

/// Refuses a table of strings that says it has more of them than fit in it, for which the parser would make room.
fn check_strings(package: &mut Package<'_>) -> Result<(), ExtractError> {
    /// Bytes of an empty string, `<si/>`.
    const MIN_BYTES: usize = 5;
    for name in package.parts_ending_with("sharedstrings.xml") {
        let text = package.part(&name)?.unwrap_or_default();
        let mut xml = Xml::new(&text, package.source());
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            let count = element.attribute("uniqueCount").and_then(|count| count.trim().parse::<usize>().ok());
            if count.is_some_and(|count| count > text.len() / MIN_BYTES) {
                return Err(package.source().damaged("it has fewer strings than it says"));
            }
        }
    }
    Ok(())
}

fn write_xlsx(
    source: Source<'_>,
    writer: &mut Writer,
    package: &mut Package<'_>,
) -> Result<(), ExtractError> {
    let damaged = source.damaged("its workbook cannot be read");
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(source.bytes)).map_err(|_| damaged.clone())?;
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.visible != SheetVisible::Visible {
            continue;
        }
        let mut rows = SheetWriter::begin(writer, &sheet.name)?;
        if sheet.typ == SheetType::WorkSheet {
            let mut cells = workbook.worksheet_cells_reader(&sheet.name).map_err(|_| damaged.clone())?;
            while let Some(cell) = cells.next_cell().map_err(|_| damaged.clone())? {
                rows.cell(cell.get_position(), value::show(cell.get_value()))?;
            }
        }
        rows.end()?;
        annotation::write(package, &sheet.name, writer)?;
    }
    Ok(())
}

fn write_xlsb(source: Source<'_>, writer: &mut Writer) -> Result<(), ExtractError> {
    let damaged = source.damaged("its workbook cannot be read");
    let mut workbook: Xlsb<_> = Xlsb::new(Cursor::new(source.bytes)).map_err(|_| damaged.clone())?;
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.visible != SheetVisible::Visible || sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut rows = SheetWriter::begin(writer, &sheet.name)?;
        let mut cells = workbook.worksheet_cells_reader(&sheet.name).map_err(|_| damaged.clone())?;
        while let Some(cell) = cells.next_cell().map_err(|_| damaged.clone())? {
            rows.cell(cell.get_position(), value::show(cell.get_value()))?;
        }
        rows.end()?;
    }
    Ok(())
}

/// Reads a workbook of Excel 97; its sheets have at most 65,536 rows of 256 columns.
fn read_xls(source: Source<'_>) -> Result<Extracted, ExtractError> {
    grid::check(source)?;
    let damaged = source.damaged("its workbook cannot be read");
    let mut workbook: Xls<_> = Xls::new_with_options(Cursor::new(source.bytes), XlsOptions::default())
        .map_err(|error| match error {
            calamine::XlsError::Password => ExtractError::Encrypted { format: source.format },
            _ => damaged.clone(),
        })?;
    let mut writer = Writer::new(source);
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.visible != SheetVisible::Visible || sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut rows = SheetWriter::begin(&mut writer, &sheet.name)?;
        let range = workbook.worksheet_range(&sheet.name).map_err(|_| damaged.clone())?;
        for (row, column, cell) in range.used_cells() {
            let at = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
            rows.cell((at(row), at(column)), value::show(&value::borrowed(cell)))?;
        }
        rows.end()?;
    }
    Ok(writer.finish(None, Properties::default()))
}
