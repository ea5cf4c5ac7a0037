//! An invented call log by a fixed seed: the same bytes on every machine.

use std::io::{self, Write};

const SEED: u64 = 0x2545_f491_4f6c_dd1d;
const DAYS: u64 = 30;
/// Calls of a borrower, on average.
const CALLS: u64 = 50;
/// 2026-03-01T00:00:00+08:00.
const FIRST_DAY: u64 = 1;
const AGENCIES: [&str; 4] = ["云岭示例商务咨询", "青禾示例外包", "晴川示例商务", "望川示例科技"];
/// One of so many calls is made at night.
const NIGHT: u64 = 5_000;

/// So many rows, in the order of their starts, over a month.
pub struct Log {
    rows: u64,
    half: bool,
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

impl Log {
    /// With `half`, one borrower has every other call.
    pub fn new(rows: u64, half: bool) -> Log {
        Log { rows, half }
    }

    /// How many calls are made at night.
    pub fn night(&self) -> u64 {
        self.rows.div_ceil(NIGHT)
    }

    /// The log as CSV.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "call_id,borrower_id,agency,collector_id,caller_number,callee_number,callee_role,start,duration_s,connected"
        )?;
        let mut dice = Dice(SEED);
        let borrowers = (self.rows / CALLS).max(1);
        let per_day = self.rows.div_ceil(DAYS);
        // Contacts are called as the rules have it: after three calls in a row have failed.
        let mut failed = vec![0u8; usize::try_from(borrowers).unwrap_or(0)];
        for n in 0..self.rows {
            let borrower = if self.half && n % 2 == 0 { 0 } else { dice.below(borrowers) };
            let collector = dice.below(500);
            let run = &mut failed[usize::try_from(borrower).unwrap_or(0)];
            let (role, number) = match dice.below(4) {
                to @ (0 | 1) if *run >= 3 => ("contact", borrower * 3 + 1 + to),
                _ => ("borrower", borrower * 3),
            };
            let day = FIRST_DAY + n / per_day;
            // Work is from half past eight to half past nine in the evening; a call lasts ten minutes at most.
            let second = match n % NIGHT {
                0 => 23 * 3_600 + n % 3_600,
                _ => 8 * 3_600 + 1_800 + (n % per_day) * 13 * 3_600 / per_day,
            };
            let talk = if dice.below(10) < 3 { 1 + dice.below(600) } else { 0 };
            if role == "borrower" {
                *run = if talk > 0 { 0 } else { run.saturating_add(1) };
            }
            writeln!(
                out,
                "D{n:08},L{borrower:07},{},Q{collector:03},0571{:07},199{number:08},{role},2026-03-{day:02}T{:02}:{:02}:{:02}+08:00,{talk},{}",
                AGENCIES[usize::try_from(collector % 4).unwrap_or(0)],
                borrower % 1_000 * 2 + dice.below(2),
                second / 3_600,
                second / 60 % 60,
                second % 60,
                talk > 0
            )?;
        }
        Ok(())
    }
}
