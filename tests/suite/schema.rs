//! Holds a document against a JSON schema: the part of draft 7 and of what came later in which the schemas in `tests/schema/` and
//! those of the program are written. An unknown keyword fails, so that nothing is passed over.

use serde_json::Value;

/// Every place where `value` breaks the schema.
pub fn faults(root: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, root, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if *schema == Value::Bool(false) {
        found.push(format!("{at}: must not be there"));
    }
    let Some(rules) = schema.as_object() else { return };
    for (keyword, rule) in rules {
        let fault = match keyword.as_str() {
            "additionalProperties" => additional(root, schema, rule, value, at, found),
            "if" => {
                let mut inside = Vec::new();
                check(root, rule, value, at, &mut inside);
                if inside.is_empty() {
                    check(root, &rules["then"], value, at, found);
                }
                None
            }
            _ if parts(root, keyword, rule, (value, at), found) => None,
            "anyOf" | "oneOf" => {
                let fits = rule.as_array().unwrap().iter().filter(|inner| {
                    let mut inside = Vec::new();
                    check(root, inner, value, at, &mut inside);
                    inside.is_empty()
                });
                let count = fits.count();
                (count == 0 || (keyword == "oneOf" && count > 1))
                    .then(|| format!("fits {count} of {keyword}"))
            }
            other => of_value(other, rule, value),
        };
        found.extend(fault.map(|fault| format!("{at}: {fault}")));
    }
}

/// Checks what a value is made of; false: the keyword is about something else.
fn parts(
    root: &Value,
    keyword: &str,
    rule: &Value,
    (value, at): (&Value, &str),
    found: &mut Vec<String>,
) -> bool {
    let items = value.as_array().map_or(&[][..], Vec::as_slice).iter().enumerate();
    match keyword {
        "$ref" => {
            let pointer = rule.as_str().unwrap().trim_start_matches('#');
            check(root, root.pointer(pointer).unwrap(), value, at, found);
        }
        "allOf" => rule.as_array().unwrap().iter().for_each(|inner| check(root, inner, value, at, found)),
        "properties" => {
            for (name, inner) in rule.as_object().unwrap() {
                if let Some(part) = value.get(name) {
                    check(root, inner, part, &format!("{at}/{name}"), found);
                }
            }
        }
        "items" => items.for_each(|(i, part)| check(root, rule, part, &format!("{at}/{i}"), found)),
        "prefixItems" => {
            for ((i, part), inner) in items.zip(rule.as_array().unwrap()) {
                check(root, inner, part, &format!("{at}/{i}"), found);
            }
        }
        _ => return false,
    }
    true
}

/// What is wrong with a value as a whole.
fn of_value(keyword: &str, rule: &Value, value: &Value) -> Option<String> {
    let length = value.as_array().map(|items| items.len() as u64);
    let characters = value.as_str().map(|text| text.chars().count() as u64);
    let (number, bound) = (value.as_f64(), rule.as_f64().unwrap_or_default());
    let limit = rule.as_u64().unwrap_or_default();
    match keyword {
        "type" => (!has_type(rule, value)).then(|| format!("is no {rule}")),
        "enum" => (!rule.as_array().unwrap().contains(value)).then(|| format!("{value} is none of {rule}")),
        "const" => (value != rule).then(|| format!("is not {rule}")),
        "required" => missing(rule, value),
        "minItems" => length.filter(|n| *n < limit).map(|_| "has too few items".to_owned()),
        "maxItems" => length.filter(|n| *n > limit).map(|_| "has too many items".to_owned()),
        "minLength" => characters.filter(|n| *n < limit).map(|_| "is too short".to_owned()),
        "uniqueItems" => repeated(value).then(|| "repeats an item".to_owned()),
        "minimum" => number.filter(|n| *n < bound).map(|n| format!("{n} is below {rule}")),
        "maximum" => number.filter(|n| *n > bound).map(|n| format!("{n} is above {rule}")),
        "format" => format_fault(rule.as_str().unwrap(), value),
        "pattern" | "$schema" | "$id" | "title" | "description" | "default" | "definitions" | "$defs"
        | "then" => None,
        other => panic!("the keyword `{other}` is not known here"),
    }
}

fn has_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("the type `{other}` is not known here"),
    };
    rule.as_str().map_or_else(|| rule.as_array().unwrap().iter().any(|r| is(r.as_str().unwrap())), is)
}

fn missing(rule: &Value, value: &Value) -> Option<String> {
    let object = value.as_object()?;
    let name = rule.as_array().unwrap().iter().find(|n| !object.contains_key(n.as_str().unwrap()))?;
    Some(format!("lacks {name}"))
}

fn additional(
    root: &Value,
    schema: &Value,
    rule: &Value,
    value: &Value,
    at: &str,
    found: &mut Vec<String>,
) -> Option<String> {
    for (name, part) in value.as_object()? {
        if schema["properties"].get(name).is_none() {
            if *rule == Value::Bool(false) {
                return Some(format!("has the unknown key {name}"));
            }
            check(root, rule, part, &format!("{at}/{name}"), found);
        }
    }
    None
}

fn repeated(value: &Value) -> bool {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().enumerate().any(|(i, item)| items[..i].contains(item))
}

fn format_fault(format: &str, value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let uri = text.chars().all(allowed);
    let absolute = text.split_once(':').is_some_and(|(scheme, _)| !scheme.contains('/'));
    let good = match format {
        "uri" => uri && absolute,
        "uri-reference" => uri,
        "date" => text.parse::<jiff::civil::Date>().is_ok(),
        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
        other => panic!("the format `{other}` is not known here"),
    };
    (!good).then(|| format!("{text} is no {format}"))
}

#[test]
fn faults_are_seen() {
    let schema = serde_json::json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "type": "integer", "minimum": 1 }, "u": { "type": "string", "format": "uri-reference" } },
    });
    for (value, good) in [
        (serde_json::json!({ "a": 1, "u": "x/%20y" }), true),
        (serde_json::json!({ "a": 0 }), false),
        (serde_json::json!({ "a": "1" }), false),
        (serde_json::json!({}), false),
        (serde_json::json!({ "a": 1, "b": 1 }), false),
        (serde_json::json!({ "a": 1, "u": "x y" }), false),
    ] {
        assert_eq!(faults(&schema, &value).is_empty(), good, "{value}");
    }
}
