//@ error: E0499
// A text of a row is in SQLite's memory, which the next step uses for the next row.
use unsafe_workbook::ex11_database::{Connection, Value};

fn main() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT 'one' UNION SELECT 'two'").unwrap();
    let row = statement.step().unwrap().unwrap();
    let Ok(Value::Text(text)) = row.value(0) else { return };
    let _ = statement.step(); //~
    println!("{text}");
}
