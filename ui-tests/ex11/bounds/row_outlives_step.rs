//@ error: E0499
// The next step changes the row in its place.
use unsafe_workbook::ex11_database::Connection;

fn main() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT 1 UNION SELECT 2").unwrap();
    let row = statement.step().unwrap().unwrap();
    let _ = statement.step(); //~
    println!("{}", row.len());
}
