// Several statements at once, values bound for a moment, rows read one by one.
use std::path::Path;
use unsafe_workbook::ex11_database::{Connection, Error, Row, Statement, Value};

struct Users<'c> {
    insert: Statement<'c>,
    find: Statement<'c>,
}

impl<'c> Users<'c> {
    fn new(connection: &'c Connection) -> Result<Users<'c>, Error> {
        Ok(Users {
            insert: connection.prepare("INSERT INTO users VALUES(:name, :age)")?,
            find: connection.prepare("SELECT name FROM users WHERE age >= ?1")?,
        })
    }

    fn add(&mut self, name: &str, age: i64) -> Result<(), Error> {
        let name = name.to_uppercase();
        self.insert.bind(1, Value::Text(&name))?;
        self.insert.bind(self.insert.parameter_index(":age").unwrap(), Value::Integer(age))?;
        self.insert.step()?;
        self.insert.reset();
        Ok(())
    }

    fn older_than(&mut self, age: i64) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        self.find.reset();
        self.find.bind(1, Value::Integer(age))?;
        while let Some(row) = self.find.step()? {
            let (text, bytes) = (row.value(0)?, row.bytes(0)?);
            if let Value::Text(text) = text {
                assert_eq!(bytes, Some(text.as_bytes()));
                names.push(text.to_owned());
            }
        }
        Ok(names)
    }
}

fn first<'s>(statement: &'s mut Statement<'_>) -> Result<Option<Row<'s>>, Error> {
    statement.step()
}

/// What is read out of a row needs the statement, not the row.
fn first_value<'s>(statement: &'s mut Statement<'_>) -> Result<Option<Value<'s>>, Error> {
    match statement.step()? {
        Some(row) => row.value(0).map(Some),
        None => Ok(None),
    }
}

fn first_bytes<'s>(statement: &'s mut Statement<'_>) -> Result<&'s [u8], Error> {
    let bytes = statement.step()?.map(|row| row.bytes(0)).transpose()?;
    Ok(bytes.flatten().unwrap_or_default())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connection = Connection::open(Path::new(":memory:"))?;
    connection.execute_batch("CREATE TABLE users(name, age)")?;
    let mut users = Users::new(&connection)?;
    users.add("ann", 30)?;
    users.add("bob", 20)?;
    assert_eq!(users.older_than(25)?, ["ANN"]);
    let deleted: u64 = connection.execute("DELETE FROM users", &[])?;
    assert_eq!(deleted, 2);
    let mut statement = connection.prepare("SELECT 1")?;
    assert_eq!(first(&mut statement)?.map(|row| row.len()), Some(1));
    statement.reset();
    assert_eq!(first_value(&mut statement)?, Some(Value::Integer(1)));
    statement.reset();
    assert_eq!(first_bytes(&mut statement)?, b"");
    drop(statement);
    drop(users);
    let thread = std::thread::spawn(move || connection.execute("SELECT 1", &[]).is_ok());
    assert!(thread.join().unwrap());
    Ok(())
}
