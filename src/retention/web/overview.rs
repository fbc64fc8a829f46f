//! One glance at everything: the owner's five questions, each with its leading figures and the way to more.

use actix_web::HttpRequest;
use askama::Template;

use super::Answer;
use super::figures::{self, TrendCell};
use super::frame::{self, Asked, Figure as Shown, Frame, Tab};
use crate::digest;
use crate::domain::client_state::ClientState;
use crate::domain::returning::{Figure, Report};
use crate::i18n::Texts;
use crate::retention::kept::today_at;
use crate::retention::{brought_back, paper, reports, words};
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page, Tone};

/// A state with who moved.
struct StateView {
    name: String,
    meaning: String,
    now: String,
    href: String,
    came: i64,
    came_href: String,
    went: i64,
    went_href: String,
}

/// A leading figure with its last twelve months.
struct Leading {
    figure: Shown,
    trend: Vec<TrendCell>,
    has_trend: bool,
}

#[derive(Template)]
#[template(path = "retention/overview.html")]
struct OverviewPage {
    page: Page,
    frame: Frame,
    is_empty: bool,
    people: String,
    states: Vec<StateView>,
    back: Vec<Leading>,
    losing: Vec<Leading>,
    worth: Vec<Leading>,
    news: Vec<Leading>,
    moves: Vec<(String, String, String)>,
    mails: String,
    wants_digest: bool,
}

/// The overview.
pub async fn overview_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let answer = reports::report_of(&app.0, asked.days, asked.compared).await?;
    let brought = brought_back::brought_back(&app.0, asked.days).await?;
    let report = &answer.content;
    match asked.csv_table() {
        Some("states") => return states_file(t, report),
        Some(_) => {
            let paper = paper::paper(t, report);
            let head: Vec<String> = paper::TABLE_HEAD.iter().map(|word| (*word).to_owned()).collect();
            return Ok(frame::csv_file("figures", &head, &paper::rows(&paper))?);
        }
        None => {}
    }
    let status = asked.status();
    let user = owner.user.id;
    let wants_digest = app.0.db.read(move |conn| digest::is_wanted(conn, user)).await?;
    let page = owner.page(&request, Nav::Owner, t.text("owner-title"));
    let page = match asked.form.value("done") {
        "digest-on" => page.saying(Tone::Success, t.text("owner-digest-on-done")),
        "digest-off" => page.saying(Tone::Success, t.text("owner-digest-off-done")),
        _ => page,
    };
    let leading = |figure: Figure| {
        let trend = figures::trend(t, report, figure);
        let has_trend = trend.iter().filter(|cell| !cell.raw.is_empty()).count() > 1;
        Leading { figure: figures::shown(t, &asked, report, figure), trend, has_trend }
    };
    let all = |of: &[Figure]| of.iter().map(|figure| leading(*figure)).collect::<Vec<_>>();
    let (back, losing) = (
        all(&[Figure::Retention, Figure::SecondVisit, Figure::Rebooked]),
        all(&[Figure::Churn, Figure::AtRisk, Figure::NoShow]),
    );
    let (worth, news) =
        (all(&[Figure::WorthSoFar, Figure::WorthExpected]), all(&[Figure::NewVisits, Figure::NewRevenue]));
    let shown = OverviewPage {
        is_empty: report.people == 0,
        people: figures::people_text(t, report.people),
        states: states(t, &asked, report),
        back,
        losing,
        worth,
        news,
        moves: moves(t, &asked, report),
        mails: words::mails_sentence(t, &brought.content.all(), paper::currency_of(report)),
        wants_digest,
        frame: Frame::new(t, Some(Tab::Overview), asked, frame::as_of_text(&owner, &answer)),
        page,
    };
    Ok(page::html(status, &shown))
}

/// In the order in which somebody slips away.
const SHOWN: [ClientState; 7] = [
    ClientState::Booked,
    ClientState::New,
    ClientState::Active,
    ClientState::Due,
    ClientState::Overdue,
    ClientState::AtRisk,
    ClientState::Lost,
];

fn states(t: Texts, asked: &Asked, report: &Report) -> Vec<StateView> {
    let line = |state: ClientState| report.states.iter().find(|line| line.state == state);
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let view = |line: &crate::domain::returning::StateLine| {
        let href = |figure: &str| asked.people_link(figure, &[("state", line.state.as_str())]);
        StateView {
            name: words::state_name(t, line.state),
            meaning: words::state_meaning(t, line.state, report.lost_after_months),
            now: words::number(t, count(line.now)),
            href: href("state"),
            came: count(line.came),
            came_href: href("came_into"),
            went: count(line.went),
            went_href: href("left"),
        }
    };
    SHOWN.into_iter().filter_map(line).map(view).collect()
}

/// What, how many, and the way to them.
fn moves(t: Texts, asked: &Asked, report: &Report) -> Vec<(String, String, String)> {
    let moves = report.moves;
    let line = |name: String, count: i64, figure: &str| {
        let href = if figure.is_empty() || count == 0 { String::new() } else { asked.people_link(figure, &[]) };
        (name, words::number(t, count), href)
    };
    vec![
        line(t.text("owner-moves-start"), moves.start, ""),
        line(t.text("owner-moves-new"), moves.new, "new"),
        line(t.text("owner-moves-returned"), moves.returned, "returned"),
        line(t.text("owner-moves-lost"), moves.lost, "lost"),
        line(t.text("owner-moves-end"), moves.end, ""),
    ]
}

fn states_file(t: Texts, report: &Report) -> Answer {
    let paper = paper::paper(t, report);
    let head = ["state", "name", "now", "at_month_start", "came", "went", "meaning"].map(str::to_owned);
    let row = |state: &paper::State| {
        vec![
            state.state.to_owned(),
            state.name.clone(),
            state.now.to_string(),
            state.at_month_start.to_string(),
            state.came.to_string(),
            state.went.to_string(),
            state.meaning.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = paper.states.iter().map(row).collect();
    Ok(frame::csv_file("states", &head, &rows)?)
}
