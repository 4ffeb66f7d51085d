//@ error: E0505
// A statement uses its connection until it ends.
use unsafe_workbook::ex11_database::{Connection, Statement};

fn end(_: Statement<'_>) {}

fn main() {
    let connection = Connection::open_in_memory().unwrap();
    let statement = connection.prepare("SELECT 1").unwrap();
    drop(connection); //~
    end(statement);
}
