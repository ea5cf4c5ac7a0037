//! How characters sound: a number per syllable, the same for those that recognisers and dialects mix up.

/// First character of the table.
const FIRST: u32 = 0x4e00;
/// Characters in the table: the block of unified Han characters.
const COUNT: usize = 0x5200;

/// The sound of each Han character. Immutable; shared by all threads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sounds(Vec<u16>);

impl Sounds {
    /// Sounds of characters; a sound is a number from 1 on.
    pub fn new(pairs: impl Iterator<Item = (char, u16)>) -> Sounds {
        let mut table = vec![0; COUNT];
        for (c, sound) in pairs {
            if let Some(slot) = Sounds::index(c).and_then(|i| table.get_mut(i)) {
                *slot = sound;
            }
        }
        Sounds(table)
    }

    /// The sound of a character; none when it has none that is known.
    pub fn of(&self, c: char) -> Option<u16> {
        let sound = *self.0.get(Sounds::index(c)?)?;
        (sound > 0).then_some(sound)
    }

    fn index(c: char) -> Option<usize> {
        (c as u32).checked_sub(FIRST).map(|i| i as usize)
    }
}
