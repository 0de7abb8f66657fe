using System.Text;
using Strata.Demo;

Console.OutputEncoding = Encoding.UTF8;
return await DemoCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
