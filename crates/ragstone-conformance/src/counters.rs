//! Laws of counters.

pub mod atomicity;
pub mod limits;
pub mod windows;

/// Names of all laws.
pub const LAWS: &[&str] = crate::counters_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::counters_laws! { compile_laws, (CounterFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! counters_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, counters,
            limits {
                hits_are_allowed_up_to_the_limit,
                several_hits_are_counted_together_or_not,
                denied_hits_are_not_counted,
                no_hits_read_the_counter,
                more_hits_than_the_limit_are_refused,
                keys_are_counted_apart,
                any_bytes_name_a_key,
            }
            windows {
                hits_make_room_when_the_window_has_passed,
                window_slides,
                retry_after_is_when_there_is_room,
                no_window_ever_holds_more_than_the_limit,
            }
            atomicity {
                concurrent_hits_never_exceed_the_limit,
                dropped_hits_are_counted_once_at_most,
            }
        }
    };
}

/// A key of this name.
pub(crate) fn key(name: &str) -> ragstone_core::counter::CounterKey {
    ragstone_core::counter::CounterKey::new("conformance", &[name.as_bytes()])
}

/// A limit from valid literals.
pub(crate) fn limit(hits: u32, window: std::time::Duration) -> ragstone_core::counter::CounterLimit {
    ragstone_core::counter::CounterLimit::try_new(hits, window).expect("is a limit")
}
