//! Who is calling and what they may do.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::Reader;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{Digest, TenantId};

/// A right that a token carries. Each scope includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Search and read.
    Read,
    /// Ingest and delete documents, create collections.
    Write,
    /// Delete collections, see operational state, change settings of the tenant, and read every document of the tenant
    /// whatever its access list: who may delete all may read all.
    Admin,
}

impl Scope {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "read" => Ok(Self::Read),
            "write" => Ok(Self::Write),
            "admin" => Ok(Self::Admin),
            _ => Err(Error::invalid("scope", "must be one of read, write, admin")),
        }
    }
}

/// The authenticated caller of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    name: String,
    tenant: TenantId,
    scope: Scope,
    groups: BTreeSet<String>,
    is_system: bool,
}

impl Principal {
    /// Builds a principal without groups.
    pub fn new(name: impl Into<String>, tenant: TenantId, scope: Scope) -> Self {
        Self { name: name.into(), tenant, scope, groups: BTreeSet::new(), is_system: false }
    }

    /// The process itself: background work such as projection, which serves every tenant.
    ///
    /// No token ever stands for it, whatever the token's name.
    pub fn system() -> Self {
        Self { is_system: true, ..Self::new("system", TenantId::default(), Scope::Admin) }
    }

    /// The process itself at work on the data of one tenant; reads all of it.
    pub fn system_of(tenant: TenantId) -> Self {
        Self { tenant, ..Self::system() }
    }

    /// Adds groups, which access lists may name.
    #[must_use]
    pub fn with_groups(mut self, groups: impl IntoIterator<Item = String>) -> Self {
        self.groups.extend(groups);
        self
    }

    /// Stable name, unique within the tenant.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the process itself.
    pub fn is_system(&self) -> bool {
        self.is_system
    }

    /// Tenant whose data the principal may reach.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Highest scope.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// Groups the principal belongs to.
    pub fn groups(&self) -> &BTreeSet<String> {
        &self.groups
    }

    /// What of the principal access lists look at.
    ///
    /// The process itself and whoever holds [`Scope::Admin`] read everything of the tenant.
    pub fn reader(&self) -> Reader {
        if self.is_system || self.scope >= Scope::Admin {
            return Reader::Everything;
        }
        Reader::named(&self.name, &self.groups)
    }

    /// Hash of all that decides what the principal may read: whoever has the same one reads the same.
    ///
    /// That is the tenant, the scope and what [`reader`](Self::reader) tells: of a caller whom access lists can keep
    /// from something the name and the groups. A rule that looks at anything else must add it here.
    pub fn read_fingerprint(&self) -> Digest {
        let reader = self.reader();
        let mut parts: Vec<&[u8]> = vec![self.tenant.as_str().as_bytes(), self.scope.as_str().as_bytes()];
        parts.push(if self.is_system { b"system" } else { b"caller" });
        match &reader {
            Reader::Everything => parts.push(b"everything"),
            Reader::Named(entries) => {
                parts.push(b"named");
                parts.extend(entries.iter().map(|entry| entry.as_str().as_bytes()));
            }
        }
        crate::cache::digest_of(&parts)
    }

    /// Fails with [`ErrorKind::PermissionDenied`] unless the principal holds `scope`.
    pub fn require(&self, scope: Scope) -> Result<()> {
        if self.scope >= scope {
            return Ok(());
        }
        Err(Error::new(ErrorKind::PermissionDenied, "the token does not carry the scope that is needed")
            .with_context("needed", scope)
            .with_context("held", self.scope)
            .with_help("use a token with the needed scope"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_includes_the_ones_before_it() {
        let writer = Principal::new("w", TenantId::default(), Scope::Write);
        assert!(writer.require(Scope::Read).is_ok() && writer.require(Scope::Write).is_ok());
        assert_eq!(
            writer.require(Scope::Admin).map_err(|error| error.kind()),
            Err(ErrorKind::PermissionDenied)
        );
    }

    #[test]
    fn only_what_decides_about_reading_is_in_the_fingerprint() {
        let tenant = |name: &str| TenantId::try_new(name).expect("valid");
        let one = Principal::new("one", tenant("a"), Scope::Read);
        let print = |principal: Principal| principal.read_fingerprint();
        let admin = |name: &str| Principal::new(name, tenant("a"), Scope::Admin);
        assert_eq!(print(admin("one")), print(admin("two")), "access lists keep nothing from either");
        assert_eq!(print(one.clone()), print(one.clone()));
        let groups = |names: &[&str]| one.clone().with_groups(names.iter().map(|name| (*name).to_owned()));
        let others = [
            Principal::new("one", tenant("b"), Scope::Read),
            Principal::new("two", tenant("a"), Scope::Read),
            Principal::new("one", tenant("a"), Scope::Write),
            admin("one"),
            Principal::system(),
            Principal::system_of(tenant("a")),
            groups(&["x"]),
            groups(&["x", "y"]),
            groups(&["xy"]),
        ];
        let prints: BTreeSet<Digest> = others.into_iter().chain([one.clone()]).map(print).collect();
        assert_eq!(prints.len(), 10);
    }

    #[test]
    fn the_process_and_admins_read_everything() {
        let tenant = TenantId::try_new("a").expect("valid");
        let reader = |scope| Principal::new("ann", tenant.clone(), scope).reader();
        assert_eq!(Principal::system_of(tenant.clone()).reader(), Reader::Everything);
        assert_eq!(reader(Scope::Admin), Reader::Everything);
        let ann = Reader::named("ann", []);
        assert_eq!((reader(Scope::Read), reader(Scope::Write)), (ann.clone(), ann));
        let system = Principal::system_of(tenant.clone());
        assert!(system.is_system() && *system.tenant() == tenant);
    }

    #[test]
    fn no_name_makes_a_caller_the_process() {
        let impostor = Principal::new("system", TenantId::default(), Scope::Admin);
        assert!(!impostor.is_system());
        assert_ne!(impostor, Principal::system());
    }
}
