//! Typed access to a TOML document, with the line of everything that is wrong.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lexicon::document::{line_of, suggest};
use crate::model::error::Fault;
use crate::model::rules::{Basis, Bilingual, CERTAINTIES};

/// A value with its place.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// Collects the faults of one file.
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    /// What is wrong so far.
    pub faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Of a file with this text.
    pub fn new(file: &'a str, text: &'a str) -> Reader<'a> {
        Reader { file, text, faults: Vec::new() }
    }

    /// Something is wrong at a byte of the text.
    pub fn fault(&mut self, at: usize, message: impl Into<String>) {
        let line = line_of(self.text, at);
        self.faults.push(Fault { file: self.file.to_owned(), line, message: message.into() });
    }

    /// 1-based line of a byte of the text.
    pub fn line(&self, at: usize) -> usize {
        line_of(self.text, at)
    }

    /// Refuses keys that are not `known`.
    pub fn keys(&mut self, table: &DeTable<'_>, known: &[&str], what: &str) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let near = suggest(name, known.iter().copied());
                let listed = known.join(", ");
                self.fault(
                    key.span().start,
                    format!("unknown key `{name}`{near}; {what} has the keys {listed}"),
                );
            }
        }
    }

    /// A text, if the key is there.
    pub fn text<'t>(&mut self, table: &'t DeTable<'_>, key: &str) -> Option<(&'t str, usize)> {
        let value = table.get(key)?;
        let at = value.span().start;
        match value.get_ref().as_str() {
            Some(text) => Some((text, at)),
            None => {
                self.fault(at, format!("`{key}` must be text between quotes"));
                None
            }
        }
    }

    /// One of the listed words, if the key is there.
    pub fn word<T: Copy>(&mut self, table: &DeTable<'_>, key: &str, known: &[(&str, T)]) -> Option<T> {
        let (word, at) = self.text(table, key)?;
        self.one_of(word, at, key, known)
    }

    fn one_of<T: Copy>(&mut self, word: &str, at: usize, key: &str, known: &[(&str, T)]) -> Option<T> {
        let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let near = suggest(word, names.iter().copied());
            self.fault(at, format!("unknown {key} `{word}`{near}; it is one of {}", names.join(", ")));
        }
        found
    }

    /// A list of the listed words, none twice and at least one, if the key is there.
    pub fn words<T: Copy + PartialEq>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        known: &[(&str, T)],
    ) -> Option<Vec<T>> {
        let value = table.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.fault(
                value.span().start,
                format!("`{key}` must be a list of words, such as [\"borrower\"]"),
            );
            return None;
        };
        if array.is_empty() {
            self.fault(value.span().start, format!("`{key}` names nothing"));
        }
        let mut words = Vec::new();
        for entry in array.iter() {
            let at = entry.span().start;
            let Some(word) = entry.get_ref().as_str() else {
                self.fault(at, format!("`{key}` must be a list of words"));
                continue;
            };
            match self.one_of(word, at, key, known) {
                Some(found) if words.contains(&found) => {
                    self.fault(at, format!("`{key}` names `{word}` twice"));
                }
                Some(found) => words.push(found),
                None => {}
            }
        }
        Some(words)
    }

    /// A whole number from 0 on, if the key is there.
    pub fn number(&mut self, table: &DeTable<'_>, key: &str) -> Option<u64> {
        let value = table.get(key)?;
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok())
            .and_then(|n| u64::try_from(n).ok());
        if number.is_none() {
            self.fault(value.span().start, format!("`{key}` must be a whole number from 0 on"));
        }
        number
    }

    /// True or false, if the key is there.
    pub fn flag(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.fault(value.span().start, format!("`{key}` must be true or false, without quotes"));
        }
        flag
    }

    /// A table, if the key is there.
    pub fn table<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        key: &str,
        shape: &str,
    ) -> Option<(&'t DeTable<'i>, usize)> {
        let value = table.get(key)?;
        self.inner(value, key, shape)
    }

    fn inner<'t, 'i>(
        &mut self,
        value: &'t Value<'i>,
        key: &str,
        shape: &str,
    ) -> Option<(&'t DeTable<'i>, usize)> {
        let at = value.span().start;
        let found = value.get_ref().as_table();
        if found.is_none() {
            self.fault(at, format!("`{key}` must be a table {shape}"));
        }
        found.map(|t| (t, at))
    }

    /// A text in two languages, if the key is there.
    pub fn bilingual(&mut self, table: &DeTable<'_>, key: &str) -> Option<Bilingual> {
        let (inner, at) = self.table(table, key, "{ zh, en }")?;
        self.keys(inner, &["zh", "en"], key);
        let zh = self.text(inner, "zh").map(|(t, _)| t.to_owned());
        let en = self.text(inner, "en").map(|(t, _)| t.to_owned());
        if !inner.contains_key("zh") {
            self.fault(at, format!("`{key}` has no `zh`"));
        }
        Some(Bilingual { zh: zh.unwrap_or_default(), en: en.unwrap_or_default() })
    }

    /// The clauses of `basis`; none when the key is not there.
    pub fn basis(&mut self, table: &DeTable<'_>) -> Vec<Basis> {
        let Some(value) = table.get("basis") else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.fault(value.span().start, "`basis` must be a list of tables { id, from, until, certainty }");
            return Vec::new();
        };
        let mut clauses = Vec::new();
        for entry in array.iter() {
            let Some((clause, at)) = self.inner(entry, "basis", "{ id, from, until, certainty }") else {
                continue;
            };
            self.keys(clause, &["id", "from", "until", "certainty"], "a clause");
            let (from, until) = (self.date(clause, "from"), self.date(clause, "until"));
            if let (Some(first), Some(last)) = (from, until)
                && last < first
            {
                self.fault(at, format!("the clause ends on {last}, before it begins on {first}"));
            }
            let known = CERTAINTIES.map(|name| (name, name));
            let certainty = self.word(clause, "certainty", &known).map(str::to_owned);
            match self.text(clause, "id") {
                Some((id, _)) if !id.trim().is_empty() => {
                    clauses.push(Basis { id: id.to_owned(), from, until, certainty });
                }
                _ => self.fault(at, "a clause needs an `id`"),
            }
        }
        clauses
    }

    /// A day, as text or as a TOML date.
    fn date(&mut self, table: &DeTable<'_>, key: &str) -> Option<Date> {
        let value = table.get(key)?;
        let written = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(day) => day.to_string(),
            _ => String::new(),
        };
        // The parser of dates would also take a date with a time behind it.
        let date = Some(written).filter(|w| w.len() == 10).and_then(|w| w.parse().ok());
        if date.is_none() {
            self.fault(value.span().start, format!("`{key}` must be a day, such as \"2025-02-28\""));
        }
        date
    }
}
