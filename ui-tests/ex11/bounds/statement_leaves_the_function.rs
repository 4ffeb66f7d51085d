//@ error: E0515
// A statement cannot take the connection along.
use unsafe_workbook::ex11_database::{Connection, Statement};

fn make() -> Statement<'static> {
    let connection = Connection::open_in_memory().unwrap();
    connection.prepare("SELECT 1").unwrap() //~
}

fn main() {
    let _ = make();
}
