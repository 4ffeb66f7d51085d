//@ error: E0499
// Rows cannot be kept side by side: there is one row at a time.
use unsafe_workbook::ex11_database::Connection;

fn main() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT 1 UNION SELECT 2").unwrap();
    let mut rows = Vec::new();
    while let Some(row) = statement.step().unwrap() { //~
        rows.push(row);
    }
    println!("{}", rows.len());
}
