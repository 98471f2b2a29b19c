"""Forms of the keys that providers hand out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from vetline.core.severity import Severity
from vetline.rules.secrets.texts import entropy


class Provider(NamedTuple):
    """Who hands out keys of a form, and how bad one in the code is."""

    name: str
    severity: Severity = Severity.HIGH


_FORMS: tuple[tuple[str, str, Severity], ...] = (
    ("an AWS access key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b", Severity.HIGH),
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{50,255}\b", Severity.HIGH),
    ("a GitLab token", r"\bgl(?:pat|dt|rt|ptt|cbt|agent|soat)-[\w-]{20,64}", Severity.HIGH),
    ("a Slack token", r"\bxox[abeoprs]-[0-9A-Za-z-]{10,250}|\bxapp-\d-[0-9A-Za-z-]{20,250}", Severity.HIGH),
    ("a Slack webhook", r"hooks\.slack\.com/(?:services|workflows)/T\w{6,}/\w{6,}/\w{16,}", Severity.MEDIUM),
    ("a Discord webhook", r"discord(?:app)?\.com/api/webhooks/\d{16,20}/[\w-]{60,80}", Severity.MEDIUM),
    ("a Stripe key", r"\b[sr]k_live_[0-9A-Za-z]{16,250}|\bwhsec_[0-9A-Za-z+/]{24,64}", Severity.HIGH),
    ("a Stripe test key", r"\b[sr]k_test_[0-9A-Za-z]{16,250}", Severity.LOW),
    ("an Anthropic key", r"\bsk-ant-[\w-]{20,200}", Severity.HIGH),
    (
        "an OpenAI key",
        r"\bsk-(?:proj|svcacct|admin|None)-[\w-]{20,250}|\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b|\bsk-[A-Za-z0-9]{48}\b",
        Severity.HIGH,
    ),
    ("an OpenRouter key", r"\bsk-or-v1-[0-9a-f]{64}\b", Severity.HIGH),
    ("a Groq key", r"\bgsk_[A-Za-z0-9]{48,56}\b", Severity.HIGH),
    ("an xAI key", r"\bxai-[A-Za-z0-9]{60,90}\b", Severity.HIGH),
    ("a Replicate token", r"\br8_[A-Za-z0-9]{37}\b", Severity.HIGH),
    ("a Perplexity key", r"\bpplx-[A-Za-z0-9]{40,60}\b", Severity.HIGH),
    ("a LangSmith key", r"\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}\b", Severity.HIGH),
    ("a Pinecone key", r"\bpcsk_\w{40,80}\b", Severity.HIGH),
    ("a Hugging Face token", r"\b(?:hf|api_org)_[A-Za-z]{34}\b", Severity.HIGH),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}(?![\w-])", Severity.HIGH),
    ("a Google client secret", r"\bGOCSPX-[\w-]{28}(?![\w-])", Severity.HIGH),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b", Severity.HIGH),
    ("a PyPI token", r"\bpypi-AgE[\w-]{50,250}", Severity.HIGH),
    ("a Docker Hub token", r"\bdckr_(?:pat|oat)_[\w-]{20,40}", Severity.HIGH),
    ("a SendGrid key", r"\bSG\.[\w-]{16,32}\.[\w-]{32,64}", Severity.HIGH),
    ("a Mailgun key", r"\bkey-[0-9a-f]{32}\b", Severity.HIGH),
    ("a Mailchimp key", r"\b[0-9a-f]{32}-us\d{1,2}\b", Severity.HIGH),
    ("a Twilio key", r"\bSK[0-9a-f]{32}\b", Severity.HIGH),
    ("a Telegram bot token", r"\b\d{8,10}:AA[\w-]{32,34}(?![\w-])", Severity.HIGH),
    ("a Discord bot token", r"\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])", Severity.HIGH),
    ("an Azure storage key", r"AccountKey=[A-Za-z0-9+/]{60,}={0,2}", Severity.HIGH),
    ("an Azure access key", r"SharedAccessKey=[A-Za-z0-9+/]{40,}={0,2}", Severity.HIGH),
    ("an Azure SAS signature", r"[?&]sig=[A-Za-z0-9%]{40,}(?:&|$)", Severity.MEDIUM),
    ("a DigitalOcean token", r"\bdo[opr]_v1_[0-9a-f]{64}\b", Severity.HIGH),
    ("a Heroku key", r"\bHRKU-[\w-]{30,70}", Severity.HIGH),
    ("a Databricks token", r"\bdapi[0-9a-f]{32}(?:-\d)?\b", Severity.HIGH),
    ("a Shopify token", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b", Severity.HIGH),
    ("a Square token", r"\bsq0(?:atp|csp|idp)-[\w-]{22,50}", Severity.HIGH),
    ("a Notion token", r"\b(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,50})\b", Severity.HIGH),
    ("a Linear key", r"\blin_api_[A-Za-z0-9]{40}\b", Severity.HIGH),
    ("a Grafana token", r"\bgls?[ac]_[A-Za-z0-9+/_]{32,100}={0,2}", Severity.HIGH),
    ("a New Relic key", r"\bNRAK-[A-Z0-9]{27}\b", Severity.HIGH),
    ("a Postman key", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b", Severity.HIGH),
    ("an Atlassian token", r"\bATATT3[\w=-]{100,250}", Severity.HIGH),
    ("a Vault token", r"\bhv[sbr]\.[\w-]{24,200}", Severity.HIGH),
    ("a Terraform token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,80}", Severity.HIGH),
    ("a Supabase token", r"\bsbp_[0-9a-f]{40}\b", Severity.HIGH),
    ("a PlanetScale token", r"\bpscale_(?:tkn|oauth|pw)_[\w-]{32,64}", Severity.HIGH),
    ("a Figma token", r"\bfigd_[\w-]{40,60}", Severity.HIGH),
    ("an age key", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b", Severity.HIGH),
    (
        "a private key",
        (
            r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED) )?PRIVATE KEY-----"
            r"(?:\s|\\n)*(?:[\w-]+: .*\s+)*[A-Za-z0-9+/=\s\\]{60,}"
        ),
        Severity.HIGH,
    ),
    ("a private key", r"-----BEGIN PGP PRIVATE KEY BLOCK-----\s+\S", Severity.HIGH),
    ("a signed token", r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}", Severity.MEDIUM),
)
_ALL = re.compile("|".join(f"(?P<f{index}>{pattern})" for index, (_, pattern, _) in enumerate(_FORMS)))
_SHORTEST = 20
_LONGEST = 20_000
_MADE_UP = re.compile(r"(?i)example|sample|dummy|fake|placeholder|your|x{4,}|(.)\1{5,}|12345678|abcdefgh|deadbeef")
_LEAST_ENTROPY = 2.8


@lru_cache(maxsize=2048)
def provider_of(text: str) -> Provider | None:
    """Return whose key a text is, or holds; None if it has none of the known forms, or is made up."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    found = _ALL.search(text)
    if found is None or found.lastgroup is None:
        return None
    index = next(i for i in range(len(_FORMS)) if found.group(f"f{i}") is not None)
    name, _, severity = _FORMS[index]
    shown = found.group()
    if name != "a private key" and (_MADE_UP.search(shown) or entropy(shown) < _LEAST_ENTROPY):
        return None
    return Provider(name, severity)
