"""Staff who log in by an OpenID Connect provider."""

from typing import Literal

from pydantic import Field

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class OidcSettings(SettingGroup, frozen=True):
    """Staff who log in by an OpenID Connect provider; needs the extra `oidc`."""

    issuer: str = Field(
        default="",
        description="of the provider, https://id.example/realms/shop; none: by password alone. The "
        "provider sends people back to /console/openid/back",
    )
    client_id: str = Field(default="", description="by which the provider knows this console")
    client_secret: Secret = Field(
        default=None, description="of that client; none: a public client, by PKCE alone"
    )
    scopes: tuple[str, ...] = Field(
        default=("openid", "profile", "email"), description="that are asked for; openid is a must"
    )
    login_claim: str = Field(
        default="preferred_username", description="claim of the id token that names the login"
    )
    role_claim: str = Field(
        default="roles",
        description="claim that says who may do what: a word or a list of them; dots lead inwards, "
        "as in realm_access.roles",
    )
    roles: dict[str, Literal["see", "edit", "administer"]] = Field(
        default={"see": "see", "edit": "edit", "administer": "administer"},
        description="values of that claim and the roles that they give; the highest one counts, "
        "and who has none of them is not let in",
    )
    label: str = Field(default="", description="name of the provider on the button to log in")
    timeout_seconds: float = Field(default=10.0, gt=0, description="how long it may stall")
