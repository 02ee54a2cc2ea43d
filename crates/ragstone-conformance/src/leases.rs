//! Laws of leases.

pub mod concurrency;
pub mod holders;
pub mod tokens;

/// Names of all laws.
pub const LAWS: &[&str] = crate::leases_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::leases_laws! { compile_laws, (LeaseFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! leases_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, leases,
            holders {
                free_lease_is_given,
                held_lease_is_refused_to_others,
                names_are_apart,
                holder_gets_its_lease_anew,
                released_lease_is_free,
                lease_runs_out,
                renewed_lease_goes_on,
                bad_times_are_refused,
            }
            tokens {
                tokens_grow_with_every_lease,
                tokens_grow_after_a_lease_ran_out,
                renewal_keeps_the_token,
                lost_lease_is_not_renewed,
                lease_that_ran_out_is_not_renewed,
                lost_lease_releases_nothing,
                lease_of_another_holder_is_not_touched,
                releasing_again_is_fine,
            }
            concurrency {
                one_of_many_holders_wins,
                holders_take_turns_with_growing_tokens,
                dropped_acquisition_is_found_again,
            }
        }
    };
}
