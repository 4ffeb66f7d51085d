//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
fn accepts(sigma: f32) -> bool {
    !(sigma <= 0.0)
}

fn accepts_well(sigma: f32) -> bool {
    sigma.is_finite() && sigma > 0.0
}

fn main() {
    for sigma in [1.5, -1.0, f32::NAN, f32::INFINITY] {
        println!("{sigma:4} {:5} {}", accepts(sigma), accepts_well(sigma));
    }
}
// ANCHOR_END: all
