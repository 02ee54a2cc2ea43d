//! Messages of e-mail: the headers that are read, the text, and the attachments that are text.

use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::writer::Writer;
use crate::document::Source;
use crate::extract::{ExtractError, Extracted, Input, Properties, extract};
use crate::format::Format;
use crate::outline::html;

/// Media types of attachments that are read; the others are only named.
const TEXTUAL: [&str; 4] = ["application/json", "application/xml", "application/x-yaml", "application/rtf"];

pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    check_nesting(source)?;
    let message = MessageParser::default().parse(source.bytes).ok_or(source.damaged("it has no headers"))?;
    let mut reader = Reader { source, writer: Writer::new(source), parts: 0 };
    reader.write(&message, 0)?;
    let title = message.subject().map(str::to_owned);
    let recipients = addresses(message.to()).chain(addresses(message.cc())).collect();
    let properties = Properties {
        authors: addresses(message.from()).collect(),
        recipients,
        created: message.date().map(mail_parser::DateTime::to_rfc3339),
        ..Properties::default()
    };
    Ok(reader.writer.finish(title, properties))
}

/// Refuses what would nest so deeply that only to forget it again would take too much of the stack.
///
/// Each level names its kind once; messages beside one another are counted too.
fn check_nesting(source: Source<'_>) -> Result<(), ExtractError> {
    let limit = source.limits.max_nesting;
    let lower = source.bytes.to_ascii_lowercase();
    let kinds: [&[u8]; 3] = [b"message/rfc822", b"message/global", b"multipart/digest"];
    let count: usize = kinds.iter().map(|kind| memchr::memmem::find_iter(&lower, kind).count()).sum();
    if count > limit { Err(ExtractError::TooDeep { limit }) } else { Ok(()) }
}

struct Reader<'a> {
    source: Source<'a>,
    writer: Writer,
    /// Parts that were read, in all messages together.
    parts: usize,
}

impl Reader<'_> {
    /// Writes a message that `depth` others are around.
    fn write(&mut self, message: &Message<'_>, depth: usize) -> Result<(), ExtractError> {
        let limits = self.source.limits;
        if depth >= limits.max_nesting {
            return Err(ExtractError::TooDeep { limit: limits.max_nesting });
        }
        self.parts = self.parts.saturating_add(message.parts.len());
        if self.parts > limits.max_archive_entries {
            return Err(ExtractError::TooMany { parts: "parts", limit: limits.max_archive_entries });
        }
        self.write_headers(message, depth)?;
        self.write_body(message)?;
        for attachment in message.attachments() {
            self.write_attachment(attachment, depth)?;
        }
        Ok(())
    }

    fn write_headers(&mut self, message: &Message<'_>, depth: usize) -> Result<(), ExtractError> {
        let level = u8::try_from(depth).unwrap_or(u8::MAX).saturating_add(1);
        self.writer.heading(level, message.subject().unwrap_or_default())?;
        let list = |address| addresses(address).collect::<Vec<_>>().join(", ");
        let date = message.date().map(mail_parser::DateTime::to_rfc3339).unwrap_or_default();
        let headers = [
            ("From", list(message.from())),
            ("To", list(message.to())),
            ("Cc", list(message.cc())),
            ("Date", date),
        ];
        let lines = headers.iter().filter(|(_, value)| !value.is_empty());
        let lines: Vec<String> = lines.map(|(name, value)| format!("{name}: {value}")).collect();
        self.writer.paragraph(&lines.join("\n"))
    }

    /// Writes the text of a message: what was written as text, else what was written as HTML.
    fn write_body(&mut self, message: &Message<'_>) -> Result<(), ExtractError> {
        for part in message.text_bodies() {
            match &part.body {
                PartType::Text(text) => self.write_text(text)?,
                PartType::Html(page) => {
                    let page = html::read(page);
                    self.writer.append(&page.text, &page.outline)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes paragraphs as the blank lines between them say.
    fn write_text(&mut self, text: &str) -> Result<(), ExtractError> {
        let mut paragraph = String::new();
        for line in text.lines() {
            if line.trim().is_empty() {
                self.writer.paragraph(&std::mem::take(&mut paragraph))?;
            } else {
                paragraph.push_str(line);
                paragraph.push('\n');
            }
        }
        self.writer.paragraph(&paragraph)
    }

    fn write_attachment(&mut self, part: &MessagePart<'_>, depth: usize) -> Result<(), ExtractError> {
        let name = part.attachment_name().unwrap_or("unnamed").to_owned();
        if let PartType::Message(message) = &part.body {
            self.writer.paragraph("Attached message:")?;
            return self.write(message, depth + 1);
        }
        self.writer.paragraph(&format!("Attachment: {name}"))?;
        if !is_textual(part) {
            return Ok(());
        }
        let media_type = media_type(part);
        let input = Input {
            bytes: part.contents(),
            file_name: Some(&name),
            // A text of no other kind may still be told by its name.
            media_type: Some(&media_type).filter(|found| *found != "text/plain").map(String::as_str),
        };
        // An attachment that cannot be read has been named; one that is too much ends the whole.
        match extract(&input, self.source.limits) {
            Ok(attached) => self.writer.append(&attached.text, &attached.outline),
            Err(ExtractError::TooLarge { limit, actual }) => Err(ExtractError::TooLarge { limit, actual }),
            Err(ExtractError::TooDeep { limit }) => Err(ExtractError::TooDeep { limit }),
            Err(_) => Ok(()),
        }
    }
}

/// Whether an attachment is text, and no message in disguise, which would nest without being counted.
fn is_textual(part: &MessagePart<'_>) -> bool {
    let media_type = media_type(part);
    let name = part.attachment_name();
    let is_message = Format::from_hints(name, Some(&media_type)) == Some(Format::Email);
    !is_message && (media_type.starts_with("text/") || TEXTUAL.contains(&media_type.as_str()))
}

/// Media type in lower case and without parameters; the contents of texts are in UTF-8 already.
fn media_type(part: &MessagePart<'_>) -> String {
    let Some(found) = part.content_type() else {
        return "text/plain".to_owned();
    };
    format!("{}/{}", found.ctype(), found.subtype().unwrap_or("plain")).to_ascii_lowercase()
}

/// Names and addresses, groups taken apart.
fn addresses<'a>(address: Option<&'a Address<'a>>) -> impl Iterator<Item = String> + 'a {
    let each = address.into_iter().flat_map(Address::iter);
    each.filter_map(|one| match (one.name(), one.address()) {
        (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (None, None) => None,
    })
}
