// A field that everybody can change is no invariant. The compiler is asked for a field
// that there is not, and lists those that can be seen from here.
#![allow(warnings)]

use unsafe_workbook::ex11_database::{Connection, Row, Statement};

pub struct Control {
    pub seen: u8,
}

pub fn fields(connection: &Connection, statement: &Statement<'_>, row: &Row<'_>, control: &Control) {
    connection.there_is_no_such_field; //~
    statement.there_is_no_such_field; //~
    row.there_is_no_such_field; //~
    control.there_is_no_such_field; //~ visible
}

fn main() {}
