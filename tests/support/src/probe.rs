//! Questions about types, answered as values.

/// Whether a type implements a trait, as a `bool`, without a compile error
/// when it does not: an inherent constant is preferred to a trait's.
///
/// The type must be concrete.
#[macro_export]
macro_rules! implements {
    ($type:ty: $($bound:tt)+) => {{
        trait Otherwise {
            const ANSWER: bool = false;
        }
        impl<T: ?Sized> Otherwise for T {}
        struct Probe<T: ?Sized>(::core::marker::PhantomData<T>);
        #[allow(dead_code, reason = "used only where the bound holds")]
        impl<T: ?Sized + $($bound)+> Probe<T> {
            const ANSWER: bool = true;
        }
        <Probe<$type>>::ANSWER
    }};
}

/// `Send` and `Sync`, neither, for the auto-trait tests.
pub type Neither = std::rc::Rc<()>;
/// `Send` but not `Sync`.
pub type SendOnly = std::cell::Cell<u8>;
/// `Sync` but not `Send`.
pub type SyncOnly = std::sync::MutexGuard<'static, ()>;
