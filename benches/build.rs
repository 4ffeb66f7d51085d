//! Compiles the C side of the measurements.

fn main() {
    println!("cargo::rerun-if-changed=src/costs.c");
    cc::Build::new().std("c11").warnings(true).file("src/costs.c").compile("costs");
}
