//! What the columns of a manifest hold, for its schema.

use super::columns::{
    AGENCY, BORROWER_ID, CALL_ID, CALLEE_NUMBER, CALLEE_ROLE, CALLER_NUMBER, COLLECTOR_ID, COLUMNS,
    CONNECTED, DIRECTION, DURATION, END, RECORDING, START,
};

/// Columns of a manifest by their documented names, with what they hold.
pub const MANIFEST_COLUMNS: [(&str, &str); 13] = [
    (COLUMNS[RECORDING], "name of the recording or of its transcript, with or without folders and extension"),
    (COLUMNS[CALL_ID], "id of the call"),
    (COLUMNS[BORROWER_ID], "id of the borrower"),
    (COLUMNS[AGENCY], "name of the agency"),
    (COLUMNS[COLLECTOR_ID], "id of the collector"),
    (COLUMNS[CALLER_NUMBER], "number that called"),
    (COLUMNS[CALLEE_NUMBER], "number that was called"),
    (COLUMNS[CALLEE_ROLE], "who was called"),
    (COLUMNS[START], "start: any date with a time"),
    (COLUMNS[END], "end"),
    (COLUMNS[DURATION], "length: seconds, `0:00:54`, or with units"),
    (COLUMNS[CONNECTED], "whether it was answered"),
    (COLUMNS[DIRECTION], "outbound or inbound"),
];
