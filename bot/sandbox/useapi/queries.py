"""Questions about jobs, and cancelling, which is a GET too; the same for both services."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.upstream import JSON, answer
from bot.sandbox.useapi.call import Call
from bot.sandbox.useapi.job import Job
from bot.sandbox.useapi.refusal import Refusal, bad, on_hold


async def show_job(call: Call) -> web.Response:
    """Answer with a job as it is now (get-jobs-jobid)."""
    job = _asked_for(call)
    account = call.subscriber.midjourney.get(job.channel)
    if call.world.notices_stop_reading and account is not None and account.pending_mod_message:
        raise on_hold(account.pending_mod_message)
    return answer(call.world.show(job))


async def list_jobs(call: Call) -> web.Response:
    """Answer with the ids of the jobs that are executing, of all channels (get-jobs)."""
    if "jobid" in call.request.query:
        # One job is at ``/jobs/?jobid=``, with a slash.
        call.complain("jobid without a slash before the question mark")
        raise Refusal(404, "Not found")
    mine = call.world.jobs_of(call.subscriber, call.service)
    executing: list[JSON] = [job.jobid for job in mine if not job.status.is_final]
    return answer(executing)


async def cancel_job(call: Call) -> web.Response:
    """Cancel a job; one that has ended stays as it is (get-jobs-cancel-jobid)."""
    job = _asked_for(call)
    job.cancel()
    return answer({"jobid": job.jobid, "status": job.status.value, "code": 200})


def _asked_for(call: Call) -> Job:
    jobid = call.request.query.get("jobid")
    if not jobid:
        raise bad("Query param jobid not provided")
    return call.job(jobid)
