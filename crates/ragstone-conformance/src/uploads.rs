//! Laws of uploads, and of the jobs that they become.

pub mod limits;
pub mod parts;
mod sender;
pub mod whole;

/// Names of all laws.
pub const LAWS: &[&str] = crate::uploads_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::uploads_laws! { compile_laws, (UploadFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! uploads_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, uploads,
            parts {
                begun_upload_is_read_back,
                same_id_is_the_same_upload,
                parts_are_counted,
                part_elsewhere_is_refused,
                one_of_many_equal_parts_is_stored,
                dropped_part_is_all_or_nothing,
                uploads_belong_to_who_began_them,
                uploads_survive_reopening,
            }
            whole {
                whole_upload_becomes_a_job,
                upload_is_one_job_however_often_it_is_finished,
                upload_that_is_not_whole_is_refused,
                upload_of_unknown_length_is_whole_when_it_ends,
                finished_upload_takes_nothing_more,
                deleted_upload_is_gone_and_its_job_goes_on,
            }
            limits {
                tenant_has_room_for_so_many_uploads,
                tenant_has_room_for_so_many_bytes,
                more_than_was_announced_is_refused,
                bad_uploads_are_refused,
                upload_is_forgotten_after_its_time,
                part_keeps_an_upload,
            }
        }
    };
}
