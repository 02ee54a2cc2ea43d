//! Laws of queues of jobs.

pub mod claims;
pub mod concurrency;
pub mod control;
mod driver;
pub mod lists;
pub mod outcomes;
pub mod repetition;
pub mod requests;
pub mod tokens;

/// Names of all laws.
pub const LAWS: &[&str] = crate::jobs_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::jobs_laws! { compile_laws, (JobFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! jobs_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, jobs,
            requests {
                enqueued_job_is_read_back,
                same_id_is_the_same_job,
                id_of_another_tenant_is_taken,
                unfinished_job_of_the_key_is_the_answer,
                attachment_is_kept_whole,
                bad_requests_are_refused,
            }
            claims {
                jobs_are_claimed_by_priority_then_time_then_id,
                lanes_and_kinds_are_apart,
                delayed_job_waits_for_its_time,
                claimed_job_is_running,
                claim_that_ran_out_is_taken_again,
                renewed_claim_goes_on,
                no_more_of_a_kind_run_than_allowed,
                no_more_of_a_tenant_run_than_allowed,
                bad_claims_are_refused,
            }
            outcomes {
                success_keeps_its_result,
                failure_is_tried_again_after_its_time,
                failure_without_another_attempt_is_dead,
                attempts_are_bounded,
                vanished_workers_use_up_attempts,
                released_attempt_does_not_count,
                bad_outcomes_are_refused,
            }
            repetition {
                repeating_job_waits_for_its_next_run,
                repeating_job_does_not_die,
                repeating_job_is_called_off,
            }
            tokens {
                lost_claim_changes_nothing,
                claim_that_ran_out_is_lost,
                claim_of_another_holder_is_not_touched,
                finished_claim_is_lost,
            }
            control {
                waiting_job_is_cancelled_at_once,
                running_job_is_asked_to_stop,
                cancelled_job_of_a_vanished_worker_is_cancelled,
                finished_job_is_not_cancelled,
                dead_job_is_queued_again,
                only_dead_jobs_are_queued_again,
                dead_job_whose_work_is_being_done_stays_dead,
            }
            lists {
                jobs_are_listed_newest_first_in_pages,
                jobs_are_filtered,
                jobs_belong_to_their_tenant,
                jobs_are_counted,
                old_jobs_are_forgotten,
                unfinished_jobs_are_never_forgotten,
            }
            concurrency {
                job_is_claimed_by_one_of_many,
                limits_hold_however_many_claim,
                one_job_for_a_key_however_many_ask,
                dropped_request_is_all_or_nothing,
                dropped_claim_is_found_again,
                jobs_survive_reopening,
            }
        }
    };
}
