//! A shared value that is equal only to itself, so that comparing properties costs nothing.

use std::ops::Deref;
use std::rc::Rc;

use yew::html::ImplicitClone;

/// Immutable data that components share; equality is identity.
#[derive(Debug, Default)]
pub struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Self {
        Self(Rc::new(value))
    }
}

impl<T: Clone> Shared<T> {
    /// Mutable access to a copy of its own, which replaces what was shared.
    pub fn edit(&mut self) -> &mut T {
        // A value that is seen elsewhere must not keep its identity when it changes: always a new
        // allocation, so that components notice.
        self.0 = Rc::new((*self.0).clone());
        Rc::make_mut(&mut self.0)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> ImplicitClone for Shared<T> {}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
