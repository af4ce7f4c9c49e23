"""`omakase`: the commands, one file each.

A command imports what it needs when it runs, so that `--help` answers at once.
"""

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
from omakase_cli.data import fetch, generate, importing, imports, listing, validate
from omakase_cli.demo import command as demo
from omakase_cli.dialog import train as dialog_train
from omakase_cli.error_output import PlainErrors
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
from omakase_cli.staff import commands as staff_commands
from omakase_cli.stream import commands as stream_commands
from omakase_cli.tracking import commands as tracking_commands


def _group(about: str) -> typer.Typer:
    return typer.Typer(
        cls=PlainErrors,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        help=about,
    )


app = _group("Recommendations, self-hosted.")
app.command("backup")(backup.backup)
app.command("chat")(chat.chat)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("evaluate")(evaluate.evaluate)
app.command("explain")(explain.explain)
app.command("health")(health.health)
app.command("init")(init.init)
app.command("models")(models.models)
app.command("recommend")(recommend.recommend)
app.command("report")(report.report)
app.command("retention")(retention.retention)
app.command("restore")(backup.restore)
app.command("search")(search.search)
app.command("serve")(serve.serve)
app.command("similar")(similar.similar)
app.command("train")(train.train)
app.command("verify")(backup.verify)
app.command("version")(version.version)
app.command("worker")(worker.worker)

data = _group("Data sets, files, sample worlds.")
data.command("list")(listing.list_data)
data.command("fetch")(fetch.fetch_data)
data.command("generate")(generate.generate)
data.command("import")(importing.import_data)
data.command("imports")(imports.list_imports)
data.command("layouts")(listing.list_layouts)
data.command("undo")(imports.undo)
data.command("validate")(validate.validate)
app.add_typer(data, name="data")

dialog = _group("Models that read messages.")
dialog.command("train")(dialog_train.train)
app.add_typer(dialog, name="dialog")

gorse = _group("Your Gorse beside, until the traffic has moved.")
gorse.command("mirror")(gorse_mirror.mirror)
gorse.command("share")(gorse_mirror.share)
app.add_typer(gorse, name="gorse")

moves = _group("Moving in from another system.")
moves.command("gorse")(gorse_importing.import_gorse)
app.add_typer(moves, name="import")

index = _group("Indexes over the vectors of models.")
index.command("build")(build.build)
index.command("status")(status.status)
index.command("verify")(verify.verify)
app.add_typer(index, name="index")

kind = _group("Kinds of events: what each counts.")
kind.command("list")(kind_listing.list_kinds)
kind.command("set")(declare.set_kind)
kind.command("reset")(declare.reset_kind)
app.add_typer(kind, name="kind")

job = _group("Jobs: work beside requests.")
job.command("list")(job_commands.list_jobs)
job.command("show")(job_commands.show_job)
job.command("kinds")(job_commands.list_kinds)
job.command("start")(job_commands.start_job)
job.command("cancel")(job_commands.cancel_job)
job.command("retry")(job_commands.retry_job)
app.add_typer(job, name="job")

schedule = _group("Schedules: when jobs are due.")
schedule.command("list")(schedule_commands.list_schedules)
schedule.command("set")(schedule_commands.set_schedule)
schedule.command("delete")(schedule_commands.remove_schedule)
app.add_typer(schedule, name="schedule")

stream = _group("Streams: events in from a broker, events and answers out.")
stream.command("in")(stream_commands.stream_in)
stream.command("out")(stream_commands.stream_out)
stream.command("status")(stream_commands.stream_status)
stream.command("dead")(stream_commands.stream_dead)
app.add_typer(stream, name="stream")

tracking = _group("Runs of training: parameters, metrics, curves, model cards.")
tracking.command("list")(tracking_commands.list_runs)
tracking.command("show")(tracking_commands.show_run)
tracking.command("card")(tracking_commands.show_card)
tracking.command("send")(tracking_commands.send_runs)
app.add_typer(tracking, name="tracking")

key = _group("Server keys: who may ask.")
key.command("create")(create.create)
key.command("list")(key_listing.list_keys)
key.command("revoke")(revoke.revoke)
key.command("token")(token.token)
app.add_typer(key, name="key")

staff = _group("Staff: who may log in to the console.")
staff.command("create")(staff_commands.create)
staff.command("list")(staff_commands.list_staff)
staff.command("change")(staff_commands.change)
staff.command("disable")(staff_commands.disable)
app.add_typer(staff, name="staff")

experiment = _group("Experiments: what is compared, and how it stands.")
experiment.command("list")(experiment_listing.list_experiments)
experiment.command("create")(experiment_create.create)
experiment.command("results")(experiment_results.results)
experiment.command("start")(experiment_change.start)
experiment.command("pause")(experiment_change.pause)
experiment.command("complete")(experiment_change.complete)
app.add_typer(experiment, name="experiment")

policy = _group("Policies judged by the log before anybody sees them.")
policy.command("estimate")(policy_estimate.estimate)
app.add_typer(policy, name="policy")


def main() -> None:
    """Entry point of the `omakase` command."""
    app()
