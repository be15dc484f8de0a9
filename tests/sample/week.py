"""The week of the sample: what Sam does with two small projects on the machine `harbour`."""

from __future__ import annotations

import contextlib

from tests.engines.running import DockerError
from tests.sample import projects
from tests.sample.diary import Diary
from tests.sample.projects import build, run_aside, run_inside, run_job, up

_BASE = 'LABEL org.opencontainers.image.vendor="harbour"'
_INBOX = "RUN mkdir /inbox"
_DATA = "RUN mkdir /data\nVOLUME /data"


def live(diary: Diary) -> None:
    """Lives the week through, and has it recorded but for one night."""
    before_the_week(diary)
    with diary.recording():
        monday(diary)
        tuesday(diary)
        wednesday(diary)
    wednesday_night(diary)
    with diary.recording():
        thursday(diary)
        friday(diary)
        weekend(diary)


def before_the_week(diary: Diary) -> None:
    """The images that there were, and a blog that has been running since Sunday."""
    engine = diary.engine
    projects.write_projects(engine)
    diary.at("2026-09-21 10:12:30", "the file system below every image is imported")
    engine.base_image(projects.BUSYBOX)
    diary.at("2026-09-21 10:40:12", "the first base image")
    build(engine, "org/base", "1.4", base=projects.BUSYBOX, more=_BASE, tags=("1.4",))
    diary.at("2026-10-12 09:25:44", "the database's image")
    build(engine, "org/database", "16.3", more=_DATA, tags=("16.3",))
    diary.at("2026-10-30 15:02:09", "the next one, for later")
    build(engine, "org/database", "16.4", more=_DATA, tags=("16.4",))
    archive = str(engine.workdir / "database.tar")
    engine.docker("save", "--output", archive, "org/database:16.4")
    engine.docker("rmi", "org/database:16.4")
    diary.at("2026-11-01 19:36:20", "the blog is built")
    build(engine, "blog/site", "2026-11-01", tags=("latest",))
    build(engine, "blog/worker", "3.2", more=_INBOX)
    diary.at("2026-11-01 19:41:03", "and begins")
    up(engine, "blog")
    diary.at("2026-11-01 23:47:30", "the machine is switched off")
    engine.stop()
    diary.at("Mon 08:31:12", "and on again: the engine remembers nothing from before")
    engine.start_again()
    diary.at("Mon 09:04:11", "the first recording begins")


def monday(diary: Diary) -> None:
    """The shop is deployed for the first time, and upgraded on the same day."""
    engine = diary.engine
    diary.at("Mon 09:12:40", "shop: the web server is built")
    projects.build_web(engine, "1.4.0")
    diary.at("Mon 09:14:05", "and the interface")
    build(engine, "shop/api", "2.0.0")
    diary.at("Mon 09:19:22", "shop: up for the first time")
    up(engine, "shop")
    diary.wait_for_state("shop-web-1", "healthy")
    diary.at("Mon 09:26:48", "shop: the database is migrated by hand")
    run_inside(engine, "shop-api-1", "migrate", "--to", "14")
    diary.at("Mon 10:41:15", "a look around inside the web server")
    run_inside(engine, "shop-web-1", "sh", "-c", "ls -l /usr/share/web; sleep 2")
    diary.at("Mon 11:30:52", "shop/web 1.4.1")
    projects.build_web(engine, "1.4.1")
    diary.at("Mon 11:33:07", "deployed")
    up(engine, "shop")
    diary.wait_for_state("shop-web-1", "healthy")
    diary.at("Mon 13:52:31", "shop/api 2.0.1")
    build(engine, "shop/api", "2.0.1")
    diary.at("Mon 13:55:49", "deployed")
    up(engine, "shop")
    diary.at("Mon 15:20:18", "a page is copied out")
    engine.docker("cp", "shop-web-1:/usr/share/web/about", str(engine.workdir / "about"))
    diary.at("Mon 16:38:02", "a load test does not start: its program is not there")
    with contextlib.suppress(DockerError):
        run_aside(engine, "load-test", "shop/web:latest", "/opt/load/run")
    diary.at("Mon 16:40:27", "it is removed, and a toolbox takes its place")
    engine.docker("rm", "load-test")
    run_aside(engine, "toolbox", "org/base:1.4", "serve")
    diary.at("Mon 16:47:40", "something is tried out in the toolbox")
    run_inside(engine, "toolbox", "sh", "-c", "echo hello > /tmp/note; sleep 1")


def tuesday(diary: Diary) -> None:
    """A version of the interface that crashes, and a worker that runs out of memory."""
    engine = diary.engine
    diary.look_around("Mon 19:10:00")
    diary.at("Tue 02:30:01", "the nightly backup")
    projects.nightly_backup(engine, "16.3")
    diary.at("Tue 06:15:01", "the links of the blog are checked")
    projects.check_links(engine)
    diary.at("Tue 08:55:14", "shop/web 1.5.0")
    projects.build_web(engine, "1.5.0")
    diary.at("Tue 09:02:36", "deployed")
    up(engine, "shop")
    diary.wait_for_state("shop-web-1", "healthy")
    diary.at("Tue 10:17:50", "shop/api 2.1.0")
    projects.build_failing_api(engine, "2.1.0")
    diary.at("Tue 10:21:33", "deployed: it crashes until it is given up")
    up(engine, "shop")
    diary.wait_for_state("shop-api-1", "exited")
    diary.at("Tue 10:24:19", "started again by hand: it crashes again")
    engine.docker("start", "shop-api-1")
    diary.wait_for_state("shop-api-1", "exited")
    diary.at("Tue 10:46:08", "shop/api 2.1.1")
    build(engine, "shop/api", "2.1.1")
    diary.at("Tue 10:48:41", "deployed: it runs")
    up(engine, "shop")
    diary.at("Tue 12:05:10", "the database is frozen for a copy of its files")
    engine.docker("pause", "shop-db-1")
    diary.at("Tue 12:05:52", "it goes on")
    engine.docker("unpause", "shop-db-1")
    diary.at("Tue 15:03:27", "blog: a large album is more than the worker can bear")
    projects.drop_album(engine, "harbour-festival.zip")
    _wait_for_restarts(diary, "blog-worker-1", 1)
    diary.at("Tue 15:31:44", "so is the next one")
    projects.drop_album(engine, "regatta.zip")
    _wait_for_restarts(diary, "blog-worker-1", 2)
    diary.at("Tue 15:40:09", "blog: the worker is given more memory")
    engine.docker("update", "--memory", "64m", "--memory-swap", "64m", "blog-worker-1")
    diary.at("Tue 17:32:16", "blog: a new article")
    build(engine, "blog/site", "2026-11-03", tags=("latest",))
    diary.at("Tue 17:34:02", "published")
    up(engine, "blog")


def wednesday(diary: Diary) -> None:
    """A version that is never healthy is rolled back; a patch is tried out."""
    engine = diary.engine
    diary.look_around("Tue 20:20:00")
    diary.at("Wed 02:30:01", "the nightly backup")
    projects.nightly_backup(engine, "16.3")
    diary.at("Wed 06:15:01", "the links of the blog are checked")
    projects.check_links(engine)
    diary.at("Wed 09:15:20", "shop/web 1.6.0")
    projects.build_hasty_web(engine, "1.6.0")
    diary.at("Wed 09:21:04", "deployed: it becomes unhealthy")
    up(engine, "shop")
    diary.wait_for_state("shop-web-1", "unhealthy")
    diary.at("Wed 09:24:30", "a look at why")
    run_inside(engine, "shop-web-1", "env")
    diary.at("Wed 09:27:55", "rolled back to 1.5.0")
    engine.docker("tag", "shop/web:1.5.0", "shop/web:latest")
    up(engine, "shop")
    diary.wait_for_state("shop-web-1", "healthy")
    diary.at("Wed 11:02:44", "a trial beside the projects")
    run_aside(engine, "web-trial", "shop/web:latest")
    diary.at("Wed 11:08:17", "a page is mended in it, and the result kept as an image")
    run_inside(engine, "web-trial", "sh", "-c", "echo mended > /usr/share/web/about")
    engine.docker("commit", "--message", "mended by hand", "web-trial", "shop/web:hotfix")
    diary.look_around("Wed 12:40:00")
    diary.at("Wed 13:11:40", "the patch takes the trial's place")
    engine.docker("rm", "--force", "web-trial")
    run_aside(engine, "web-hotfix", "shop/web:hotfix")
    diary.at("Wed 14:30:22", "it is kept as a canary")
    engine.docker("rename", "web-hotfix", "web-canary")
    diary.at("Wed 15:05:38", "blog: the worker's memory is set in its compose file")
    projects.configure(engine, "blog", WORKER_MEMORY="64m")
    up(engine, "blog")
    diary.at("Wed 17:45:50", "old images are cleared away")
    engine.docker("image", "prune", "--force")
    diary.at("Wed 22:50:13", "the recorder is switched off")


def wednesday_night(diary: Diary) -> None:
    """What nobody records: a deployment, a removal, and a machine that is switched off."""
    engine = diary.engine
    diary.at("Wed 23:04:31", "shop/web 1.6.1")
    projects.build_web(engine, "1.6.1")
    up(engine, "shop")
    diary.at("Wed 23:09:18", "the toolbox is thrown away")
    engine.docker("rm", "--force", "toolbox")
    diary.at("Wed 23:16:40", "the machine is switched off")
    engine.stop()
    diary.at("Thu 06:58:24", "and on again: what may not restart has ended for good")
    engine.start_again()
    diary.at("Thu 07:45:02", "the recorder is switched on")


def thursday(diary: Diary) -> None:
    """A new base image, and everything rebuilt on it."""
    engine = diary.engine
    diary.at("Thu 07:52:36", "shop: the interface did not come back by itself")
    engine.docker("start", "shop-api-1")
    diary.at("Thu 08:10:45", "the canary has done its duty")
    engine.docker("rm", "web-canary")
    diary.at("Thu 09:30:28", "org/base 1.5")
    build(engine, "org/base", "1.5", base=projects.BUSYBOX, more=_BASE, tags=("1.5",))
    diary.at("Thu 09:41:12", "shop: rebuilt on it")
    projects.build_web(engine, "1.6.2", base="org/base:1.5")
    build(engine, "shop/api", "2.1.2", base="org/base:1.5")
    diary.at("Thu 09:48:57", "deployed")
    up(engine, "shop")
    diary.wait_for_state("shop-web-1", "healthy")
    diary.at("Thu 10:22:34", "blog: rebuilt on it, deployed after the break")
    build(engine, "blog/site", "2026-11-05", base="org/base:1.5", tags=("latest",))
    build(engine, "blog/worker", "3.3", base="org/base:1.5", more=_INBOX)
    diary.at("Thu 10:51:06", "deployed")
    up(engine, "blog")
    diary.at("Thu 13:02:40", "org/database 16.4 is loaded from an archive")
    engine.docker("load", "--input", str(engine.workdir / "database.tar"))
    diary.at("Thu 13:06:15", "shop: the database is upgraded")
    projects.configure(engine, "shop", DATABASE="16.4")
    up(engine, "shop")
    diary.at("Thu 13:11:58", "and migrated")
    run_inside(engine, "shop-api-1", "migrate", "--to", "15")
    diary.at("Thu 16:20:33", "a question to the database")
    run_inside(engine, "shop-db-1", "query", f"--password={projects.PASSWORD}", "orders")


def friday(diary: Diary) -> None:
    """A small release, a restart, and tidying up before the weekend."""
    engine = diary.engine
    diary.look_around("Thu 19:40:00")
    diary.at("Fri 02:30:01", "the nightly backup")
    projects.nightly_backup(engine, "16.4")
    diary.at("Fri 06:15:01", "the links of the blog are checked: one is broken")
    projects.check_links(engine, broken=True)
    diary.at("Fri 09:58:47", "shop/web 1.7.0")
    projects.build_web(engine, "1.7.0", base="org/base:1.5")
    diary.at("Fri 10:03:20", "deployed")
    up(engine, "shop")
    diary.wait_for_state("shop-web-1", "healthy")
    diary.at("Fri 11:21:09", "shop: the interface is restarted")
    engine.docker("restart", "shop-api-1")
    diary.at("Fri 13:37:26", "a failed attempt at a new article")
    context = projects.home(engine) / "blog" / "site"
    (context / "Dockerfile").write_text("FROM org/base:1.5\nRUN no-such-generator /articles\n")
    engine.docker("build", "--network", "none", "--tag=blog/site", str(context), check=False)
    diary.at("Fri 14:12:30", "a banner is copied into the web server")
    banner = engine.workdir / "banner.html"
    banner.write_text("<p>Weekend sale</p>\n")
    engine.docker("cp", str(banner), "shop-web-1:/usr/share/web/banner.html")
    diary.look_around("Fri 14:45:00")
    diary.at("Fri 15:26:44", "sales of the week, onto a volume of their own")
    engine.docker("volume", "create", "sales")
    run_job(engine, "sales-report", "org/database:16.4", "sales:/out", "shop_db-data:/data:ro")
    diary.at("Fri 16:31:19", "old versions are removed")
    engine.docker("rmi", "shop/web:1.4.0", "shop/web:1.4.1", "shop/web:1.6.0", "shop/api:2.1.0")
    engine.docker("image", "prune", "--force")
    diary.at("Fri 16:58:03", "shop: the web server reads its configuration again")
    engine.docker("kill", "--signal", "WINCH", "shop-web-1")


def weekend(diary: Diary) -> None:
    """Little happens until Monday morning."""
    engine = diary.engine
    diary.look_around("Fri 20:20:00")
    diary.at("Sat 02:30:01", "the nightly backup")
    projects.nightly_backup(engine, "16.4")
    diary.at("Sat 06:15:01", "the links of the blog are checked: one is broken still")
    projects.check_links(engine, broken=True)
    diary.at("Sat 11:14:37", "blog: it is mended")
    build(engine, "blog/site", "2026-11-07", base="org/base:1.5", tags=("latest",))
    diary.at("Sat 11:16:20", "published")
    up(engine, "blog")
    diary.at("Sun 02:30:01", "the nightly backup")
    projects.nightly_backup(engine, "16.4")
    diary.at("Sun 06:15:01", "the links of the blog are checked: all are well")
    projects.check_links(engine)
    diary.at("Sun 18:05:52", "a look at the sales")
    run_job(engine, "sales-reader", "org/base:1.5", "sales:/in:ro")
    diary.at("2026-11-09 02:30:01", "the nightly backup")
    projects.nightly_backup(engine, "16.4")
    diary.at("2026-11-09 06:15:01", "the links of the blog are checked")
    projects.check_links(engine)
    diary.at("2026-11-09 08:30:40", "the week is over")


def _wait_for_restarts(diary: Diary, container: str, count: int) -> None:
    form = ("inspect", "--format", "{{.RestartCount}} {{.State.Status}}")
    wanted = f"{count} running"
    diary.wait_until(lambda: diary.engine.docker(*form, container) == wanted)
