//@ error: E0499
// A reset frees what the row held.
use unsafe_workbook::ex11_database::Connection;

fn main() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT x'0102'").unwrap();
    let row = statement.step().unwrap().unwrap();
    let bytes = row.bytes(0).unwrap();
    statement.reset(); //~
    println!("{bytes:?}");
}
