"""What many models have in common, to be inherited: keys, time stamps, soft delete, tenants."""

from __future__ import annotations

from taskbound.mixins.keys import IdentityKey, Uuid7Key
from taskbound.mixins.soft_delete import SoftDelete
from taskbound.mixins.stamps import Timestamps
from taskbound.mixins.tenant import TenantOwned
from taskbound.mixins.utc import Utc
from taskbound.mixins.uuids import uuid7

__all__ = ["IdentityKey", "SoftDelete", "TenantOwned", "Timestamps", "Utc", "Uuid7Key", "uuid7"]
