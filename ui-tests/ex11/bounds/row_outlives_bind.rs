//@ error: E0499
// What is bound can be what a row shows.
use unsafe_workbook::ex11_database::{Connection, Value};

fn main() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT ?").unwrap();
    let row = statement.step().unwrap().unwrap();
    let _ = statement.bind(1, Value::Null); //~
    println!("{}", row.len());
}
