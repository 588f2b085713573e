"""The quotas of the settings, in the store that they name."""

from app.auth.costs import PER_CREDENTIAL, PER_PROVIDER
from app.core.rate_limits import BadStoreError, RateLimits
from app.settings import BadSettingsError, Settings


def rate_limits(settings: Settings) -> RateLimits:
    """Open the store of the quotas; raise BadSettingsError when there is none."""
    quotas = {
        PER_CREDENTIAL: settings.rate_limit_per_credential,
        PER_PROVIDER: settings.rate_limit_per_provider,
    }
    try:
        return RateLimits(quotas, settings.rate_limit_store)
    except BadStoreError as error:
        message = f"PARS_RATE_LIMIT_STORE is wrong: {error}."
        raise BadSettingsError(message) from error
