//! What a layer knows of a call: its name and the facts that a guard judges.

use ragstone_core::TenantId;

/// What a call does to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing; a second one beside it does no harm.
    Read,
    /// Changes something, or may.
    Write,
}

/// Whom a call serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Callers, within their tenant.
    Tenants,
    /// The process itself, across tenants.
    System,
}

/// One call of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    port: &'static str,
    method: &'static str,
    tenant: Option<&'a TenantId>,
    limit: Option<usize>,
    effect: Effect,
    audience: Audience,
}

impl<'a> Call<'a> {
    /// Names a call that writes and serves tenants; both names become labels of metrics.
    pub const fn new(port: &'static str, method: &'static str) -> Self {
        let (effect, audience) = (Effect::Write, Audience::Tenants);
        Self { port, method, tenant: None, limit: None, effect, audience }
    }

    /// Says that the call only reads.
    #[must_use]
    pub const fn reading(mut self) -> Self {
        self.effect = Effect::Read;
        self
    }

    /// Says that the call serves the process itself, such as a projector, and no caller.
    #[must_use]
    pub const fn for_system(mut self) -> Self {
        self.audience = Audience::System;
        self
    }

    /// Names the tenant that the arguments act on, where they say so apart from the context.
    #[must_use]
    pub const fn on_tenant(mut self, tenant: &'a TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Says how many results are asked for.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Name of the port, such as `chunk-index`.
    pub const fn port(&self) -> &'static str {
        self.port
    }

    /// Name of the method.
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// Tenant that the arguments act on; `None` where that is the context's.
    pub const fn tenant(&self) -> Option<&'a TenantId> {
        self.tenant
    }

    /// Number of results that are asked for, where the call has one.
    pub const fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// What the call does to the store.
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Whom the call serves.
    pub const fn audience(&self) -> Audience {
        self.audience
    }
}
