"""`omakase`: the commands, one file each.

A command imports what it needs when it runs, so that `--help` answers at once.
"""

from collections.abc import Callable, Mapping

import typer

from omakase_cli import (
    backup,
    chat,
    doctor,
    evaluate,
    explain,
    health,
    init,
    models,
    recommend,
    report,
    retention,
    search,
    serve,
    similar,
    train,
    version,
    worker,
)
from omakase_cli import verify as verify_command
from omakase_cli.data import fetch, generate, importing, imports, listing, validate
from omakase_cli.demo import command as demo
from omakase_cli.dialog import adapt as dialog_adapt
from omakase_cli.dialog import learning as dialog_learning
from omakase_cli.dialog import train as dialog_train
from omakase_cli.error_output import PlainErrors
from omakase_cli.events import quarantine
from omakase_cli.experiment import change as experiment_change
from omakase_cli.experiment import create as experiment_create
from omakase_cli.experiment import listing as experiment_listing
from omakase_cli.experiment import results as experiment_results
from omakase_cli.gorse import importing as gorse_importing
from omakase_cli.gorse import mirror as gorse_mirror
from omakase_cli.index import build, status, verify
from omakase_cli.job import commands as job_commands
from omakase_cli.key import create, revoke, token
from omakase_cli.key import listing as key_listing
from omakase_cli.kind import declare
from omakase_cli.kind import listing as kind_listing
from omakase_cli.policy import estimate as policy_estimate
from omakase_cli.schedule import commands as schedule_commands
from omakase_cli.spark import features as spark_features
from omakase_cli.spark import recommend as spark_recommend
from omakase_cli.spark import train as spark_train
from omakase_cli.staff import commands as staff_commands
from omakase_cli.stream import commands as stream_commands
from omakase_cli.tracking import commands as tracking_commands

Command = Callable[..., None]

COMMANDS: Mapping[str, Command] = {
    "backup": backup.backup,
    "chat": chat.chat,
    "demo": demo.demo,
    "doctor": doctor.doctor,
    "evaluate": evaluate.evaluate,
    "explain": explain.explain,
    "health": health.health,
    "init": init.init,
    "models": models.models,
    "recommend": recommend.recommend,
    "report": report.report,
    "retention": retention.retention,
    "restore": backup.restore,
    "search": search.search,
    "serve": serve.serve,
    "similar": similar.similar,
    "train": train.train,
    "verify": verify_command.verify,
    "version": version.version,
    "worker": worker.worker,
}
GROUPS: Mapping[str, tuple[str, Mapping[str, Command]]] = {
    "data": (
        "Data sets, files, sample worlds.",
        {
            "list": listing.list_data,
            "fetch": fetch.fetch_data,
            "generate": generate.generate,
            "import": importing.import_data,
            "imports": imports.list_imports,
            "layouts": listing.list_layouts,
            "undo": imports.undo,
            "validate": validate.validate,
        },
    ),
    "dialog": (
        "Models that read messages.",
        {
            "adapt": dialog_adapt.adapt,
            "learn": dialog_learning.learn,
            "quality": dialog_learning.quality,
            "restore": dialog_learning.restore,
            "samples": dialog_learning.samples,
            "train": dialog_train.train,
        },
    ),
    "events": (
        "Events that no people made: who made them, put aside, brought back.",
        {
            "quarantine": quarantine.quarantine,
            "quarantines": quarantine.list_quarantines,
            "release": quarantine.release,
            "suspects": quarantine.list_suspects,
        },
    ),
    "gorse": (
        "Your Gorse beside, until the traffic has moved.",
        {
            "mirror": gorse_mirror.mirror,
            "share": gorse_mirror.share,
        },
    ),
    "import": (
        "Moving in from another system.",
        {
            "gorse": gorse_importing.import_gorse,
        },
    ),
    "index": (
        "Indexes over the vectors of models.",
        {
            "build": build.build,
            "status": status.status,
            "verify": verify.verify,
        },
    ),
    "kind": (
        "Kinds of events: what each counts.",
        {
            "list": kind_listing.list_kinds,
            "set": declare.set_kind,
            "reset": declare.reset_kind,
        },
    ),
    "job": (
        "Jobs: work beside requests.",
        {
            "list": job_commands.list_jobs,
            "show": job_commands.show_job,
            "kinds": job_commands.list_kinds,
            "start": job_commands.start_job,
            "cancel": job_commands.cancel_job,
            "retry": job_commands.retry_job,
        },
    ),
    "schedule": (
        "Schedules: when jobs are due.",
        {
            "list": schedule_commands.list_schedules,
            "set": schedule_commands.set_schedule,
            "delete": schedule_commands.remove_schedule,
        },
    ),
    "spark": (
        "Apache Spark: more events than one machine holds.",
        {
            "train": spark_train.train,
            "recommend": spark_recommend.recommend,
            "features": spark_features.features,
        },
    ),
    "stream": (
        "Streams: events in from a broker, events and answers out.",
        {
            "in": stream_commands.stream_in,
            "out": stream_commands.stream_out,
            "status": stream_commands.stream_status,
            "dead": stream_commands.stream_dead,
        },
    ),
    "tracking": (
        "Runs of training: parameters, metrics, curves, model cards.",
        {
            "list": tracking_commands.list_runs,
            "show": tracking_commands.show_run,
            "card": tracking_commands.show_card,
            "send": tracking_commands.send_runs,
        },
    ),
    "key": (
        "Server keys: who may ask.",
        {
            "create": create.create,
            "list": key_listing.list_keys,
            "revoke": revoke.revoke,
            "token": token.token,
        },
    ),
    "staff": (
        "Staff: who may log in to the console.",
        {
            "create": staff_commands.create,
            "list": staff_commands.list_staff,
            "change": staff_commands.change,
            "disable": staff_commands.disable,
        },
    ),
    "experiment": (
        "Experiments: what is compared, and how it stands.",
        {
            "list": experiment_listing.list_experiments,
            "create": experiment_create.create,
            "results": experiment_results.results,
            "start": experiment_change.start,
            "pause": experiment_change.pause,
            "complete": experiment_change.complete,
        },
    ),
    "policy": (
        "Policies judged by the log before anybody sees them.",
        {
            "estimate": policy_estimate.estimate,
        },
    ),
}
"""Name to what a group is about and its commands."""


def _group(about: str, commands: Mapping[str, Command]) -> typer.Typer:
    group = typer.Typer(
        cls=PlainErrors,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        help=about,
    )
    for name, command in commands.items():
        group.command(name)(command)
    return group


app = _group("Recommendations, self-hosted.", COMMANDS)
for group_name, (about, commands) in GROUPS.items():
    app.add_typer(_group(about, commands), name=group_name)


def main() -> None:
    """Entry point of the `omakase` command."""
    app()
