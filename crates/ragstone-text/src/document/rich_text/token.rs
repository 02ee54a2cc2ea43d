//! The tokens of RTF: groups, control words with a number, bytes in the code page, and text.

pub(super) enum Token<'a> {
    Open,
    Close,
    /// A control word or sign, and its number.
    Control(&'a str, Option<i32>),
    /// A byte in the code page of the font.
    Byte(u8),
    /// Bytes of text in ASCII or, against the rules, in the code page.
    Text(&'a [u8]),
}

pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Passes over bytes that are no tokens, such as those of a picture.
    pub(super) fn pass_over(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let after = self.rest.get(1..)?;
        let first = *after.first()?;
        if first == b'\'' {
            let digits = after.get(1..3).and_then(|digits| std::str::from_utf8(digits).ok());
            let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            self.take(4);
            return byte.map_or_else(|| self.next(), |byte| Some(Token::Byte(byte)));
        }
        if !first.is_ascii_alphabetic() {
            self.take(1);
            let sign = std::str::from_utf8(self.take(1)).unwrap_or_default();
            return Some(Token::Control(sign, None));
        }
        let len = after.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        self.take(1);
        let word = std::str::from_utf8(self.take(len)).unwrap_or_default();
        let number = self.number();
        if self.rest.first() == Some(&b' ') {
            self.take(1);
        }
        Some(Token::Control(word, number))
    }

    fn number(&mut self) -> Option<i32> {
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits = self.rest.get(sign..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        std::str::from_utf8(self.take(sign + digits)).ok()?.parse().ok()
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            match *self.rest.first()? {
                b'{' => {
                    self.take(1);
                    return Some(Token::Open);
                }
                b'}' => {
                    self.take(1);
                    return Some(Token::Close);
                }
                b'\r' | b'\n' | 0 => {
                    self.take(1);
                }
                b'\\' => {
                    if self.rest.len() < 2 {
                        return None;
                    }
                    return self.control();
                }
                _ => {
                    let is_end = |byte: &u8| matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0);
                    let len = self.rest.iter().position(is_end).unwrap_or(self.rest.len());
                    return Some(Token::Text(self.take(len)));
                }
            }
        }
    }
}
