// A field that everybody can change is no invariant. The compiler is asked for a field
// that there is not, and lists those that can be seen from here.
#![allow(warnings)]

use unsafe_workbook::ex6_layout::Journal;

pub struct Control {
    pub seen: u8,
}

pub fn fields(journal: &Journal, control: &Control) {
    journal.there_is_no_such_field; //~
    control.there_is_no_such_field; //~ visible
}

fn main() {}
