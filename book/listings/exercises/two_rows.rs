//@ compile-fail: E0499

// ANCHOR: all
struct Statement {
    row: String, // the stand-in for memory that the next step writes anew
}

struct Row<'stmt>(&'stmt mut Statement);

impl Statement {
    fn step(&mut self) -> Option<Row<'_>> {
        self.row.push('x');
        Some(Row(self))
    }
}

impl<'stmt> Row<'stmt> {
    fn text(&self) -> &str {
        &self.0.row
    }
}

fn main() {
    let mut statement = Statement { row: String::new() };
    let first = statement.step().unwrap();
    let second = statement.step().unwrap();
    println!("{} {}", first.text(), second.text());
}
// ANCHOR_END: all
