//! Tencent Cloud: recorded files and the flash version.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, completeness, json, tokens};

/// The decoder.
pub struct Tencent;

impl Decoder for Tencent {
    fn name(&self) -> &'static str {
        "tencent"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[&["Response.Data"], &["Response.Error"], &["Data.ResultDetail"], &["flash_result"]]
    }

    fn unmasking(&self) -> &'static str {
        "set `FilterDirty` to 0"
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let mut out = Conversation::default();
    if let Some(channels) = json::at(value, "flash_result").and_then(Value::as_array) {
        for channel in channels {
            let number = json::label(channel, "channel_id");
            for sentence in json::list(channel, "sentence_list") {
                let voice = json::label(sentence, "speaker_id");
                let voice = if channels.len() > 1 { number.clone() } else { voice };
                let times = (json::millis(sentence, "start_time"), json::millis(sentence, "end_time"));
                out.push(json::words(sentence, "text"), voice, times.0, times.1);
            }
        }
        return vec![out];
    }
    let data = json::at(value, "Response.Data").or_else(|| json::at(value, "Data"));
    let details = data.map_or(&[][..], |data| json::list(data, "ResultDetail"));
    for sentence in details {
        let text = ["FinalSentence", "WrittenText", "SliceSentence"].iter().find_map(|key| {
            let text = json::words(sentence, key).filter(|text| !text.is_empty());
            text.map(|text| if *key == "SliceSentence" { tokens::unspaced(&text) } else { text })
        });
        let times = (json::millis(sentence, "StartMs"), json::millis(sentence, "EndMs"));
        out.push(text, json::label(sentence, "SpeakerId"), times.0, times.1);
    }
    if !details.is_empty() {
        // Both forms of the words may be there.
        let mut whole = Conversation::default();
        lines(&data.and_then(|data| json::words(data, "Result")).unwrap_or_default(), &mut whole);
        let whole: String = whole.segments.iter().map(|s| s.text.as_str()).collect();
        completeness::complete(&mut out, &whole);
        return vec![out];
    }
    match data.and_then(|data| json::words(data, "Result")).filter(|text| !text.is_empty()) {
        Some(text) => lines(&text, &mut out),
        None => {
            let paths = ["Response.Error.Message", "Response.Data.ErrorMsg", "Response.Data.StatusStr"];
            let why = paths.iter().find_map(|path| json::label(value, path).filter(|w| !w.is_empty()));
            let why = why.unwrap_or_default();
            if why != "success" {
                let text = format!("the recogniser was not done or failed (`{why}`): no words in it");
                out.lose(None, text);
            }
        }
    }
    vec![out]
}

/// `[0:0.380,0:3.120,0]  words`, one sentence a line.
fn lines(text: &str, out: &mut Conversation) {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let Some((head, words)) = line.trim().strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            out.push(Some(line.to_owned()), None, None, None);
            continue;
        };
        let mut fields = head.split(',').map(str::trim);
        let (start, end) = (fields.next().and_then(clock), fields.next().and_then(clock));
        out.push(Some(words.to_owned()), fields.next().map(str::to_owned), start, end);
    }
}

/// `m:s.ms`.
fn clock(text: &str) -> Option<u64> {
    let (minutes, seconds) = text.split_once(':')?;
    let seconds: f64 = seconds.parse().ok()?;
    let ms = minutes.parse::<u32>().ok().map(f64::from)? * 60_000.0 + seconds * 1000.0;
    (ms >= 0.0).then_some(ms.round() as u64)
}
