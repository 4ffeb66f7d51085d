//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::cell::UnsafeCell;

/// A stand-in for a device register: on a real device, a fixed address.
struct Register(UnsafeCell<u32>);

impl Register {
    fn write(&self, value: u32) {
        // SAFETY: aligned and alive; one thread uses the register.
        unsafe { self.0.get().write_volatile(value) }
    }

    fn read(&self) -> u32 {
        // SAFETY: aligned and alive; one thread uses the register.
        unsafe { self.0.get().read_volatile() }
    }
}

fn main() {
    let register = Register(UnsafeCell::new(0));
    register.write(1); // both writes happen, in this order
    register.write(2);
    println!("{}", register.read());
}
// ANCHOR_END: all
