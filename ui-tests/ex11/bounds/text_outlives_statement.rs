//@ error: E0505
// A text of a row is in the statement's memory.
use unsafe_workbook::ex11_database::{Connection, Value};

fn main() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT 'one'").unwrap();
    let row = statement.step().unwrap().unwrap();
    let Ok(Value::Text(text)) = row.value(0) else { return };
    drop(statement); //~
    println!("{text}");
}
