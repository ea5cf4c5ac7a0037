//! JSON Schemas of what the program reads and writes, made from the types that do so. What is written may get more keys in later
//! versions, so that the schemas of outputs allow keys that they do not name.

mod inputs;
mod outputs;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The dialect of all schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// One schema.
pub struct Named {
    /// What it is called.
    pub name: &'static str,
    /// What it describes.
    pub about: &'static str,
    make: fn() -> Value,
}

/// All schemas, in the order in which they are listed.
pub const SCHEMAS: &[Named] = &[
    Named {
        name: "call",
        about: "the canonical record: a line of JSON Lines, as scan reads and convert writes it",
        make: inputs::call,
    },
    Named { name: "sidecar", about: "NAME.meta.json beside a transcript", make: inputs::sidecar },
    Named {
        name: "manifest",
        about: "a row of --manifest, by the names of its columns",
        make: inputs::manifest,
    },
    Named { name: "scan-jsonl", about: "a line of scan --format jsonl", make: outputs::scan_jsonl },
    Named { name: "scan-json", about: "the document of scan --format json", make: outputs::scan_json },
    Named { name: "explain", about: "the document of explain --format json", make: outputs::explain },
    Named { name: "why-not", about: "a line of why-not --format json", make: outputs::why_not },
    Named { name: "eval", about: "the document of eval --format json", make: outputs::eval },
    Named { name: "diff", about: "the document of diff --format json", make: outputs::diff },
    Named { name: "config", about: "cuicha.toml", make: crate::config::schema },
    Named { name: "baseline", about: "a line of a baseline", make: inputs::baseline },
    Named { name: "suppressions", about: "the file of suppressions (TOML)", make: inputs::suppressions },
    Named {
        name: "labelled",
        about: "a line of labelled utterances, for train and eval",
        make: inputs::labelled,
    },
    Named {
        name: "truth",
        about: "a line of NAME.truth.jsonl beside whole calls, for eval",
        make: inputs::truth,
    },
];

impl Named {
    /// The schema.
    pub fn schema(&self) -> Value {
        (self.make)()
    }
}

/// The schema of this name.
pub fn find(name: &str) -> Option<&'static Named> {
    SCHEMAS.iter().find(|s| s.name == name)
}

/// Puts schemas of types together to a document.
struct Document {
    generator: SchemaGenerator,
}

impl Document {
    /// Of what is read.
    fn read() -> Document {
        Document { generator: SchemaSettings::draft2020_12().into_generator() }
    }

    /// Of what is written.
    fn written() -> Document {
        Document { generator: SchemaSettings::draft2020_12().for_serialize().into_generator() }
    }

    /// A reference to the schema of a type.
    fn of<T: JsonSchema>(&mut self) -> Value {
        self.generator.subschema_for::<T>().to_value()
    }

    /// The document: a schema with those that it refers to.
    fn close(mut self, title: &str, schema: Value) -> Value {
        let mut root = Map::new();
        root.insert("$schema".to_owned(), json!(DIALECT));
        root.insert("title".to_owned(), json!(title));
        if let Value::Object(keys) = schema {
            root.extend(keys.into_iter().filter(|(key, _)| key != "$schema" && key != "title"));
        }
        let definitions = self.generator.take_definitions(true);
        if !definitions.is_empty() {
            root.insert("$defs".to_owned(), Value::Object(definitions));
        }
        let mut schema = Schema::from(root);
        RecursiveTransform(plain).transform(&mut schema);
        schema.to_value()
    }
}

/// Formats of numbers are those of a language, not of JSON.
fn plain(schema: &mut Schema) {
    let number = |f: &str| f.starts_with("uint") || f.starts_with("int") || ["double", "float"].contains(&f);
    if schema.get("format").and_then(Value::as_str).is_some_and(number) {
        schema.remove("format");
    }
}
