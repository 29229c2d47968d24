#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/spec_flags.h"
#include "client/fetch.h"
#include "client/local/calibrate.h"
#include "client/local/local_cluster.h"
#include "client/local/temporary_folder.h"
#include "client/output/numbers.h"
#include "client/output/text.h"
#include "client/progress/expectations.h"
#include "client/progress/rates.h"
#include "client/progress/shape_sample.h"
#include "client/records/plan_rows.h"
#include "client/records/stage_text.h"
#include "client/settings.h"
#include "client/submission.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr int kMaxThreads = 4096;
// About a second each. A search over batch sizes has more shapes than anybody
// waits for.
constexpr size_t kMaxCalibrations = 8;

struct Options {
  ServerFlags server;
  SpecFlags spec;
  OutputFormat format = OutputFormat::kTable;
  std::string data;
  // 0: those of the workers that are alive, else as many as cores.
  int threads = 0;
  bool no_calibration = false;
};

// What a coordinator knows.
struct Answer {
  v1::SearchPlan plan;
  std::vector<v1::Worker> workers;
};

// A shape and how fast it is.
struct Calibrated {
  v1::PlannedShape shape;
  absl::StatusOr<v1::TrainingRate> rate;
};

// `known` is not empty.
const Calibrated& Nearest(const std::map<double, Calibrated>& known,
                          double cost) {
  auto above = known.lower_bound(cost);
  if (above == known.end()) return std::prev(above)->second;
  if (above == known.begin()) return above->second;
  const auto below = std::prev(above);
  return (cost - below->first < above->first - cost ? below : above)->second;
}

// The same in several stages is one.
std::string KeyOf(const v1::PlannedShape& shape) {
  v1::PlannedShape key;
  *key.mutable_training() = shape.training();
  key.set_evaluate_test(shape.evaluate_test());
  return key.SerializeAsString();
}

absl::StatusOr<Answer> Ask(Connection& connection, const SearchFile& file) {
  Answer answer;
  absl::StatusOr<v1::SearchPlan> plan = FetchPlan(connection, file.spec);
  if (!plan.ok()) return LocateInFile(plan.status(), file);
  answer.plan = *std::move(plan);
  ETALON_ASSIGN_OR_RETURN(const std::vector<v1::Worker> workers,
                          FetchWorkers(connection));
  answer.workers = WorkingOf(workers);
  return answer;
}

// Asks a coordinator that is started for this and knows of no trials.
absl::StatusOr<Answer> AskOurOwn(const Options& options, const SearchFile& file,
                                 Context& context) {
  ETALON_ASSIGN_OR_RETURN(const auto folder,
                          TemporaryFolder::Create("etalon-plan", context));
  LocalCluster::Options cluster_options;
  cluster_options.database = folder->File("plan.db");
  cluster_options.workers = 0;
  ETALON_ASSIGN_OR_RETURN(const auto cluster,
                          LocalCluster::Start(cluster_options, context));
  Connection connection(cluster->address(), options.server.timeout, context);
  return Ask(connection, file);
}

absl::StatusOr<Answer> AskWhoIsThere(const Options& options,
                                     const SearchFile& file, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  absl::StatusOr<Answer> answer = Ask(*connection, file);
  // Where nobody named one, none need be there.
  if (absl::IsUnavailable(answer.status()) && options.server.server.empty() &&
      connection->address() == kDefaultServer) {
    context.err << "no coordinator at " << kDefaultServer
                << ": planned for this machine alone\n";
    return AskOurOwn(options, file, context);
  }
  return answer;
}

// The shapes of a plan that have no rate, each once.
std::vector<v1::PlannedShape> UnknownShapes(const v1::SearchPlan& plan) {
  std::map<std::string, v1::PlannedShape> unknown;
  for (const v1::PlannedStage& stage : plan.stages()) {
    for (const v1::PlannedShape& shape : stage.shapes()) {
      if (shape.rates_size() == 0) unknown.emplace(KeyOf(shape), shape);
    }
  }
  std::vector<v1::PlannedShape> shapes;
  for (auto& [key, shape] : unknown) shapes.push_back(std::move(shape));
  return shapes;
}

// Gives every shape without a rate one, by calibrating it, or, of many, one
// that costs about as much. Of a stage where that fails, says why.
absl::StatusOr<std::map<std::string, std::string>> Calibrate(
    const Options& options, int threads, v1::SearchPlan& plan,
    Context& context) {
  const std::vector<v1::PlannedShape> unknown = UnknownShapes(plan);
  // By what they cost.
  std::map<double, Calibrated> known;
  if (!options.no_calibration) {
    for (const size_t i : SampleShapes(unknown, kMaxCalibrations)) {
      absl::StatusOr<v1::TrainingRate> rate =
          CalibrateHere(unknown[i], options.data, threads, context);
      if (absl::IsCancelled(rate.status())) return rate.status();
      known.insert_or_assign(CostOfUpdate(unknown[i]),
                             Calibrated{unknown[i], std::move(rate)});
    }
  }
  std::map<std::string, std::string> failed;
  for (v1::PlannedStage& stage : *plan.mutable_stages()) {
    for (v1::PlannedShape& shape : *stage.mutable_shapes()) {
      if (shape.rates_size() > 0) continue;
      std::string& why = failed[stage.name()];
      why = "no trial of this shape was trained before";
      if (known.empty()) continue;
      const auto [like, rate] = Nearest(known, CostOfUpdate(shape));
      if (rate.ok()) {
        *shape.add_rates() = ScaledRate(*rate, like, shape);
        failed.erase(stage.name());
      } else {
        absl::StrAppend(&why, ", and ", rate.status().message());
        break;
      }
    }
  }
  return failed;
}

Json PlanObject(const SearchFile& file, const Answer& answer,
                const Expectations& expected, size_t threads) {
  Json object = Json::object();
  object["search"] = file.spec.name();
  int64_t trials = 0;
  int64_t updates = 0;
  int64_t images = 0;
  std::vector<Row> rows;
  for (int i = 0; i < answer.plan.stages_size(); ++i) {
    const v1::PlannedStage& stage = answer.plan.stages(i);
    trials += stage.trials();
    updates += stage.updates();
    images += stage.images();
    rows.push_back(PlanRow(stage, expected.stages[static_cast<size_t>(i)]));
  }
  object["trials"] = trials;
  object["updates"] = updates;
  object["images"] = images;
  object["at_most"] = MayTakeLess(file.spec);
  object["threads"] = threads;
  const auto seconds = [&](absl::Duration Forecast::* bound) {
    return expected.all.has_value()
               ? Json(absl::ToDoubleSeconds((*expected.all).*bound))
               : Json(nullptr);
  };
  object["seconds"] = seconds(&Forecast::expected);
  object["seconds_low"] = seconds(&Forecast::low);
  object["seconds_high"] = seconds(&Forecast::high);
  object["stages"] = RowsToJson(PlanColumns(), rows);
  return object;
}

void WritePlan(const Options& options, const SearchFile& file,
               const Answer& answer, const Expectations& expected,
               size_t threads, Context& context) {
  const Json object = PlanObject(file, answer, expected, threads);
  if (options.format == OutputFormat::kJson ||
      options.format == OutputFormat::kJsonl ||
      options.format == OutputFormat::kYaml) {
    return WriteObject(options.format, object, context.out);
  }
  std::vector<Row> rows;
  for (int i = 0; i < answer.plan.stages_size(); ++i) {
    rows.push_back(PlanRow(answer.plan.stages(i),
                           expected.stages[static_cast<size_t>(i)]));
  }
  WriteRows(options.format, PlanColumns(), rows, context.out_terminal,
            context.out);
  if (options.format != OutputFormat::kTable) return;
  std::string total = absl::StrCat(
      MayTakeLess(file.spec) ? "at most " : "", object["trials"].get<int64_t>(),
      " trials, ", object["updates"].get<int64_t>(), " updates: ");
  if (expected.all.has_value()) {
    const Forecast& all = *expected.all;
    absl::StrAppend(&total, FormatAbout(all.expected, all.low, all.high),
                    " on ", threads, threads == 1 ? " thread" : " threads");
  } else {
    total += "how long they take is not known";
  }
  for (const std::string& line : Wrap(total, context.out_terminal.width)) {
    context.out << line << "\n";
  }
}

absl::StatusOr<ExitCode> Plan(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(
      const SearchFile file,
      LoadSearchFile(options.spec.path, options.spec.overrides, context));
  ETALON_ASSIGN_OR_RETURN(Answer answer, AskWhoIsThere(options, file, context));
  std::vector<double> speeds = ThreadSpeeds(answer.plan, answer.workers);
  if (options.threads > 0 || speeds.empty()) {
    const int cores =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    speeds.assign(
        static_cast<size_t>(options.threads > 0 ? options.threads : cores), 1);
  }
  ETALON_ASSIGN_OR_RETURN(const auto failed,
                          Calibrate(options, static_cast<int>(speeds.size()),
                                    answer.plan, context));
  WritePlan(options, file, answer,
            Expect(answer.plan, answer.workers, BusyThreads(speeds, file.spec),
                   failed, TimesOf(file.spec)),
            speeds.size(), context);
  return ExitCode::kDone;
}

}  // namespace

void AddPlanCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "plan",
      "What a search would do and how long it would take; starts nothing");
  AddSpecFlags(*command, options->spec);
  command
      ->add_option("--threads", options->threads,
                   "Trials at once; by default as many as the workers that are "
                   "alive have, or this machine has cores")
      ->check(CLI::Range(1, kMaxThreads));
  command
      ->add_option("--data", options->data,
                   "Folder of the data sets, for a calibration")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  command->add_flag("--no-calibration", options->no_calibration,
                    "Train nothing: tell times from past trials alone");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "Times are of trials of the same shape (network, batch size, data set) "
      "that the\ncoordinator's workers have trained; where there are none, of "
      "a few hundred updates\nthat are trained here and now. Half of all such "
      "searches take less than the time\ntold, 95 % lie between low and high.\n"
      "Without a coordinator at the default address, one is started for the "
      "question.\n"
      "Example:\n"
      "  etalon plan examples/quickstart.yaml --threads 8");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Plan(*options, context);
    };
  });
}

}  // namespace etalon
