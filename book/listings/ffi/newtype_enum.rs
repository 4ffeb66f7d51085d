//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
mod raw {
    /// What bindgen makes of `enum status { READY, BUSY };` in the style `NewType`.
    #[repr(transparent)]
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Status(pub core::ffi::c_uint);

    impl Status {
        pub const READY: Status = Status(0);
        pub const BUSY: Status = Status(1);
    }

    /// Stands for the C function of a newer library, which knows a third status.
    pub extern "C" fn status() -> Status {
        Status(2)
    }
}

#[derive(Debug)]
enum Status {
    Ready,
    Busy,
    Unknown(u32),
}

fn status() -> Status {
    match raw::status() {
        raw::Status::READY => Status::Ready,
        raw::Status::BUSY => Status::Busy,
        raw::Status(other) => Status::Unknown(other),
    }
}

fn main() {
    println!("{:?}", status());
}
// ANCHOR_END: all
