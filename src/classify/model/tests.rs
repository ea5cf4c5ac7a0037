use super::*;
use crate::classify::Asks;
use crate::classify::features::{Feature, features};
use crate::model::sounds::{Sounds, Syllable};

#[test]
fn many_sums_at_once_are_the_sums_one_by_one() {
    let weights = |i: usize| std::array::from_fn(|g| ((i * 403 + g * 7) % 15) as i8 - 7);
    let known: Vec<Known> =
        (0..2_000).map(|i| Known::new((i * 97) as u16, i as u8, (i * 5) as i8, pack(weights(i)))).collect();
    for most in [0, 1, 15, 16, 17, 33, 2_000] {
        let mut sums = [0i32; N];
        for (i, feature) in known[..most].iter().enumerate() {
            for (sum, weight) in sums.iter_mut().zip(weights(i)) {
                *sum += i32::from(feature.rarity()) * i32::from(weight);
            }
        }
        assert_eq!(group_sums(&known[..most]), sums);
    }
}

/// Text of characters that the model knows and of others; the longest ones are cut.
fn text(dice: &mut u64, most: usize) -> String {
    let mut below = |n: u64| {
        *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*dice >> 33) % n
    };
    let common: Vec<char> =
        "\u{4f60}\u{4e0d}\u{8fd8}\u{94b1}\u{6211}\u{4eec}\u{5c31}\u{53bb}\u{4f60}\u{5bb6}\u{5355}\u{4f4d}\u{8d77}\u{8bc9}\u{9a97}\u{5b50}\u{6b7b}\u{7238}\u{5988}\u{901a}\u{8baf}\u{5f55}\u{4eca}\u{5929}\u{4e0b}\u{5348}\u{ff0c}\u{3002}\u{ff1f}\u{7684}\u{4e86}\u{662f}\u{5728}\u{6709}\u{4e00}\u{4eba}".chars().collect();
    (0..1 + below(most as u64))
        .map(|_| match below(20) {
            0 => char::from(b'0' + below(10) as u8),
            1 => char::from_u32(0x4e00 + below(0x5000) as u32).unwrap_or('x'),
            _ => common[below(common.len() as u64) as usize],
        })
        .collect()
}

/// As it is defined: one feature after the other.
fn plain(model: &Model, input: &Input<'_>, least: f32) -> Option<[f32; HEADS]> {
    let mut seen = Vec::new();
    features(&model.folds, input, |f| seen.push(f));
    added(model, &seen, least)
}

/// What some features come to; none below the log-odds `least` of any group.
fn added(model: &Model, seen: &[Feature], least: f32) -> Option<[f32; HEADS]> {
    let (mut sum, mut sums, mut squares) = (0i32, [0i32; N], 0u64);
    for f in seen {
        let found = model.buckets.look_up(f.key);
        squares += u64::from(found.map_or(UNKNOWN, Known::rarity)).pow(2);
        if let Some(known) = found {
            sum += i32::from(known.rarity()) * i32::from(known.any());
            for (g, sum) in sums.iter_mut().enumerate() {
                *sum += i32::from(known.rarity()) * i32::from(unpacked(known.groups(), g));
            }
        }
    }
    let norm = if squares > 0 { (squares as f32).sqrt() } else { 1.0 };
    let value = |head: &Head, sum: i32, steps: f32| head.bias + sum as f32 * (head.scale / steps) / norm;
    let any = value(&model.heads[ANY], sum, ANY_STEPS);
    (model.heads[ANY].calibrated(any) >= least).then(|| {
        std::array::from_fn(|h| if h == ANY { any } else { value(&model.heads[h], sums[h], GROUP_STEPS) })
    })
}

#[test]
fn scores_are_those_of_the_definition_to_the_last_bit() {
    let file = include_bytes!("../../../lexicons/classifier.bin");
    let model = Model::read(file).unwrap();
    assert_eq!(model.write(), file);
    let sounds = Sounds::new(
        "\u{4f60}\u{4e0d}\u{8fd8}\u{94b1}\u{6211}\u{4eec}"
            .chars()
            .zip(1..)
            .map(|(c, n)| (c, Syllable { exact: n, near: n / 2 + 1, wide: n })),
        Default::default(),
        &[],
    );
    let asks = Asks::new(["\u{4f60}", "\u{5f55}"]).unwrap();
    let (mut dice, mut asked, mut left) = (7, 0, 0);
    for round in 0..3_000 {
        let most = if round % 10 == 0 { 500 } else { 40 };
        let (said, before, after) = (text(&mut dice, most), text(&mut dice, 40), text(&mut dice, 40));
        let previous = (round % 3 > 0).then_some(before.as_str());
        let reply = (round % 4 > 0).then_some(after.as_str());
        let input = Input {
            sounds: &sounds,
            text: &said,
            asks: &asks,
            previous,
            heard: [previous, None],
            reply,
            contact: said.len() % 2 == 0,
        };
        let least = [f32::NEG_INFINITY, NOTHING][round % 2];
        let expected = plain(&model, &input, least);
        assert_eq!(
            model.raw(&input, least).map(|r| r.map(f32::to_bits)),
            expected.map(|r| r.map(f32::to_bits))
        );
        asked += usize::from(expected.is_some() && least == NOTHING);
        let mut room = Room::default();
        room.read(&model.folds, &input);
        let look = model.skim.look(&room);
        let is_nothing = plain(&model, &input, NOTHING).is_none();
        let at_first =
            [(Care::Turn, look.is_lawful()), (Care::Passage, look.whole < HIDING), (Care::Thorough, false)];
        for (care, is_lawful) in at_first {
            let scores = model.score(&input, care);
            assert_eq!(scores.is_lawful(), room.is_long() && is_lawful || is_nothing);
            assert_eq!(scores.hides(), room.is_long() && look.likeliest >= HIDING);
        }
        left += usize::from(room.is_long() && look.is_lawful() && !is_nothing);
    }
    let told = format!("groups asked of {asked}, left at first {left}");
    assert!(asked > 100 && asked < 1_490 && left > 0, "{told}");
}

#[test]
fn a_file_that_is_cut_off_or_of_another_version_is_refused() {
    let file = include_bytes!("../../../lexicons/classifier.bin");
    for end in [0, 10, 16, 40, file.len() / 2, file.len() - 100] {
        assert!(Model::read(&file[..end]).is_err(), "{end} bytes");
    }
    let mut older = file.to_vec();
    older[14] -= 1;
    assert_eq!(Model::read(&older).unwrap_err(), "is no classifier of this version");
}

#[test]
fn a_file_with_what_is_no_number_is_refused() {
    let mut model = Model::read(include_bytes!("../../../lexicons/classifier.bin")).unwrap();
    model.skim.head.slope = f32::NAN;
    assert_eq!(Model::read(&model.write()).unwrap_err(), "is cut off or altered");
}

#[test]
fn what_the_build_script_made_of_the_built_in_file_is_that_model() {
    let file = include_bytes!("../../../lexicons/classifier.bin");
    assert_eq!(Model::built_in(), Some(Model::read(file).unwrap()));
}
