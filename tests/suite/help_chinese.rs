//! Help in Chinese: every verb, flag and value has its text, kept in `snapshots/help-zh`, on lines that a terminal can hold.

use std::path::Path;

use unicode_width::UnicodeWidthStr;

use crate::cli::{Desk, code, shown, told};
use crate::help;

fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

fn page(path: &[String], flag: &str) -> String {
    let words: Vec<&str> = path.iter().map(String::as_str).chain(["--lang", "zh", flag]).collect();
    let output = Desk::new(&[]).run(&words);
    assert_eq!(code(&output), 0, "{path:?}: {}", told(&output));
    shown(&output)
}

#[test]
fn every_verb_flag_and_value_is_told_in_chinese() {
    for (path, english) in help::pages() {
        for flag in ["-h", "--help"] {
            let page = page(&path, flag);
            let mut told = 0;
            for line in page.lines().filter(|l| !l.trim_start().starts_with("$ cuicha")) {
                assert!(line.width() <= 100, "{path:?} {flag}: {} cells: {line}", line.width());
                let text = line.trim();
                // So it does with values that may be typed, where they take several lines.
                let values = text.split(' ').all(|word| word.is_ascii() && word.ends_with(','));
                // What is typed stands alone on its line in the long form.
                let typed =
                    text.starts_with(['-', '<', '[']) && !text.contains("  ") && !text.starts_with("- ");
                if text.is_empty() || typed || values {
                    continue;
                }
                told += 1;
                let word = |w: &str| w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase());
                let words: Vec<&str> = text.split(' ').collect();
                let english = words.windows(3).any(|three| three.iter().all(|w| word(w)));
                assert!(
                    (text.contains(han) || text.contains("可选：") || text.ends_with([']', '）']))
                        && !english,
                    "{path:?} {flag}: {line}"
                );
            }
            assert!(told > 4, "{path:?}: {page}");
        }
        // Nothing is left out: as many flags as in English.
        let flags = |page: &str| page.lines().filter(|l| l.trim_start().starts_with('-')).count();
        assert_eq!(flags(&page(&path, "--help")), flags(&english), "{path:?}");
    }
}

#[test]
fn every_help_in_chinese_is_as_it_was_read_last() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/snapshots/help-zh");
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut count = 0;
    for (path, _) in help::pages() {
        let page = page(&path, "--help");
        let name = format!("{}.txt", [&["cuicha".to_owned()], &path[..]].concat().join("-"));
        let file = folder.join(&name);
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &page).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{name} is not there"));
        assert!(kept == page, "{name} has changed: UPDATE_SNAPSHOTS=1 writes it anew\n{page}");
        count += 1;
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), count, "a page of a verb that is no more");
}

#[test]
fn the_language_is_that_which_is_typed_then_that_of_the_file_then_that_of_the_system() {
    let desk = Desk::new(&[("cuicha.toml", "lang = \"zh\"\n".as_bytes())]);
    let bare = Desk::new(&[]);
    let run = |desk: &Desk, words: &[&str], locale: &[(&str, &str)]| {
        let mut program = crate::program();
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            program.env_remove(name);
        }
        program.args(words).envs(locale.iter().copied()).current_dir(desk.0.path()).output().unwrap()
    };
    let zh = [("LANG", "zh_CN.UTF-8")];
    let wrong = ["scan", "nowhere"];
    for (desk, words, locale, chinese) in [
        (&bare, &wrong[..], &[][..], false),
        (&bare, &wrong[..], &zh[..], true),
        (&bare, &["scan", "nowhere", "--lang", "en"], &zh[..], false),
        (&bare, &["--lang=zh", "scan", "nowhere"], &[][..], true),
        (&bare, &wrong[..], &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")], false),
        (&bare, &wrong[..], &[("LC_MESSAGES", "zh_TW"), ("LANG", "en_US.UTF-8")], true),
        (&desk, &wrong[..], &[][..], true),
        (&desk, &["scan", "nowhere", "--isolated"], &[][..], false),
        (&desk, &["scan", "nowhere", "--lang", "en"], &[][..], false),
    ] {
        let output = run(desk, words, locale);
        assert_eq!(code(&output), 2);
        assert_eq!(told(&output).starts_with("错误："), chinese, "{words:?} {locale:?}: {}", told(&output));
    }
    assert!(shown(&run(&desk, &["scan", "--help"], &[])).contains("用法："));
    assert!(shown(&run(&bare, &["help", "scan"], &zh)).contains("用法："));
    assert!(told(&run(&bare, &["scan", "--nope"], &zh)).contains("不认识的参数 '--nope'"));
    // A report is in Chinese whatever the system speaks.
    std::fs::write(bare.path("call.txt"), "坐席：我弄死你信不信。\n客户：你说什么。\n").unwrap();
    assert!(shown(&run(&bare, &["scan", "call.txt"], &[])).starts_with("违规["));
}
