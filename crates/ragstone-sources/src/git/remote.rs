//! Addresses of other repositories, as they may be shown.

/// The address without a name, a password and what else may be a secret; `None` where it is none at all.
///
/// The user name of SSH stays, because it is the same for everybody.
#[cfg_attr(not(feature = "git"), expect(dead_code, reason = "addresses are read from repositories"))]
pub(super) fn without_credentials(address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.chars().any(char::is_control) {
        return None;
    }
    if !address.contains("://") {
        // As in `git@host:path`, or a path.
        return Some(address.to_owned());
    }
    let mut url = url::Url::parse(address).ok()?;
    if url.scheme() != "ssh" {
        // A token may stand in the place of either.
        let _no_host = url.set_username("");
    }
    let _no_host = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out() {
        for (address, expected) in [
            ("https://ann:hunter2@host/a/b.git", Some("https://host/a/b.git")),
            ("https://hunter2@host/a.git?token=hunter2#x", Some("https://host/a.git")),
            ("ssh://git:hunter2@host:22/a.git", Some("ssh://git@host:22/a.git")),
            ("git@host:a/b.git", Some("git@host:a/b.git")),
            ("/srv/a.git", Some("/srv/a.git")),
            ("https://", None),
            (" ", None),
        ] {
            assert_eq!(without_credentials(address).as_deref(), expected, "{address}");
        }
    }
}
