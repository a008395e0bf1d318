Console.WriteLine("registry-operator");
