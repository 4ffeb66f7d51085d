//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
// 1. Dereference a raw pointer.
fn dereference() -> u8 {
    let byte = 7u8;
    let ptr = &raw const byte;
    // SAFETY: `ptr` leads to `byte`, which is alive and initialised.
    unsafe { *ptr }
}

// 2. Call an unsafe function.
fn call() -> u8 {
    let bytes = [7u8, 8];
    // SAFETY: 1 < 2.
    unsafe { *bytes.get_unchecked(1) }
}

// 3. Read or write a mutable static.
static mut COUNTER: u8 = 8;

fn read_static() -> u8 {
    let place = &raw mut COUNTER; // the address: no `unsafe`
    // SAFETY: this program has one thread, and no reference to COUNTER exists.
    unsafe {
        *place += 1;
        *place
    }
}

// 4. Implement an unsafe trait.
struct Token;

// SAFETY: a `Token` has no content that a thread could race on.
unsafe impl Send for Token {}

// 5. Read a field of a union.
union Number {
    float: f32,
    bits: u32,
}

fn read_union() -> u32 {
    let mut number = Number { bits: 0 };
    number.float = 1.0; // writing is safe
    // SAFETY: an `f32` fills the union, and every bit pattern is a `u32`.
    unsafe { number.bits }
}

fn main() {
    let token = Token;
    std::thread::spawn(move || drop(token)).join().unwrap();
    println!("{} {} {} {:#x}", dereference(), call(), read_static(), read_union());
}
// ANCHOR_END: all
