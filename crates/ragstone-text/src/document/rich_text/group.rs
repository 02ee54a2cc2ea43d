//! What a group of RTF inherits from the one around it, and where its text goes.

#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) destination: Destination,
    pub(super) is_hidden: bool,
    pub(super) font: Option<i32>,
    /// Number of the style that a group in the table of styles is about.
    pub(super) style: Option<i32>,
    /// Characters that follow one in Unicode and repeat it.
    pub(super) repeats: usize,
    /// Whether nothing was read in it yet.
    pub(super) is_start: bool,
    /// Whether programs that do not know the group pass over it.
    pub(super) is_optional: bool,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            destination: Destination::Body,
            is_hidden: false,
            font: None,
            style: None,
            repeats: 1,
            is_start: false,
            is_optional: false,
        }
    }
}

impl Group {
    pub(super) fn is_skipped(&self) -> bool {
        self.destination == Destination::Skipped
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Body,
    Skipped,
    Fonts,
    Styles,
    /// The bullet or number before an item.
    Marker,
    Footnote,
    Comment,
    Info(InfoField),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InfoField {
    Title,
    Author,
    Subject,
    Keywords,
    Created,
    Modified,
}

impl Destination {
    pub(super) fn of(word: &str) -> Option<Self> {
        let destination = match word {
            "fonttbl" => Self::Fonts,
            "stylesheet" => Self::Styles,
            "listtext" | "pntext" => Self::Marker,
            "footnote" => Self::Footnote,
            "annotation" => Self::Comment,
            "title" => Self::Info(InfoField::Title),
            "author" => Self::Info(InfoField::Author),
            "subject" => Self::Info(InfoField::Subject),
            "keywords" => Self::Info(InfoField::Keywords),
            "creatim" => Self::Info(InfoField::Created),
            "revtim" => Self::Info(InfoField::Modified),
            "colortbl" | "pict" | "object" | "objdata" | "header" | "headerl" | "headerr" | "headerf"
            | "footer" | "footerl" | "footerr" | "footerf" | "fldinst" | "listtable" | "operator"
            | "company" | "manager" | "category" | "doccomm" | "printim" | "buptim" | "nonshppict" | "xe"
            | "tc" | "atnid" | "atnauthor" | "filetbl" | "revtbl" => Self::Skipped,
            _ => return None,
        };
        Some(destination)
    }

    /// Where the text of a destination inside this one goes: nothing comes out of what is passed over.
    pub(super) fn inside(self, inner: Self) -> Self {
        if self == Self::Skipped { Self::Skipped } else { inner }
    }

    /// Whether an optional group that begins with a word is read all the same.
    pub(super) fn is_transparent(word: &str) -> bool {
        matches!(word, "shpinst" | "shptxt" | "do" | "dptxbxtext" | "shppict" | "nesttableprops")
    }
}
