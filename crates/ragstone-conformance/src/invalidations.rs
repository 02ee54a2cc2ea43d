//! Laws of the fan-out of invalidations.

pub mod gaps;
pub mod messages;

/// Names of all laws.
pub const LAWS: &[&str] = crate::invalidations_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::invalidations_laws! { compile_laws, (InvalidationFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! invalidations_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, invalidations,
            messages {
                what_is_published_is_heard,
                everyone_hears_it_once,
                payloads_come_in_order,
                topics_are_apart,
                nothing_is_kept_for_later,
                any_bytes_are_carried,
                large_payloads_are_refused,
                publishing_to_nobody_is_fine,
                ended_subscription_disturbs_nobody,
                dropped_waits_lose_nothing,
            }
            gaps {
                interruption_is_heard_as_a_gap,
                subscription_goes_on_after_a_gap,
                slow_listener_hears_a_gap,
            }
        }
    };
}
