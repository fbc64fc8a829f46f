//! What people do with the demo clinic, in a real browser.
//!
//! One test, because making the clinic takes longer than all clicks together: a patient books on a phone, reads the
//! mail, cancels; the receptionist signs in and sees the day. On the way axe-core looks at every page.

#[cfg(test)]
mod calendar;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod owner;
#[cfg(test)]
mod phone;
#[cfg(test)]
mod staff_pages;
#[cfg(test)]
mod visit;
