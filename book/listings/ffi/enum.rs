//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
#[derive(Debug, PartialEq)]
enum Status {
    Ok,
    Busy,
    Unknown(i32),
}

impl From<i32> for Status {
    fn from(code: i32) -> Self {
        match code {
            0 => Status::Ok,
            1 => Status::Busy,
            other => Status::Unknown(other),
        }
    }
}

fn main() {
    println!("{:?} {:?} {:?}", Status::from(0), Status::from(1), Status::from(7));
}
// ANCHOR_END: all
